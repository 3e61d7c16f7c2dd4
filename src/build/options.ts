import type { Customization } from '../customizations/customization.ts';
import type { LintMode } from '../lint/after-build.ts';
import type { OnEvent } from '../model/events.ts';
import type { Locate } from '../spec/parse.ts';
import type { ReadSecret } from '../spec/secrets.ts';

/** What opening any image needs to know of the world around it; the library looks nowhere else. */
export interface OpenOptions {
  /** Where base images are kept; the default is the platform's place for caches. */
  readonly cacheDirectory?: string;
  /** For proxies (HTTPS_PROXY, NO_PROXY) and for finding tools (PATH). @default {} */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Use only what is in the cache. @default false */
  readonly offline?: boolean;
  /** Keep a base image as it was downloaded too, to carry it to another cache. @default false */
  readonly keepDownload?: boolean;
  /** Brings an image in order that was copied from a running or unplugged Pi: replays its journal. @default false */
  readonly recover?: boolean;
  /** Build time. @default now */
  readonly now?: Date;
  readonly signal?: AbortSignal;
  readonly onEvent?: OnEvent;
}

export interface PlanOptions extends OpenOptions {
  /** Folder that relative paths in the settings start at. @default the current folder */
  readonly directory?: string;
  /** Reads secrets that the settings name by file, environment variable or prompt. Without it only literal ones are accepted. */
  readonly secrets?: ReadSecret;
  /** Where GitHub is, whose users' keys `gh:USER` names. @default https://github.com */
  readonly gitHub?: string;
  /** Makes salts and ids a function of this text instead of random; for reproducible builds. */
  readonly seed?: string;
  /** The recipe in the image tells `now`: for a time that was given, so that it can be given again. @default false */
  readonly recordTime?: boolean;
  /** @default builtInCustomizations */
  readonly customizations?: readonly Customization[];
  /** Finds a setting in the file it came from, for error messages. */
  readonly locate?: Locate;
}

/** What is compared: nothing; what the edits have touched, and samples of the rest; every byte. */
export type Verification = 'none' | 'written' | 'full';

export interface BuildOptions extends PlanOptions {
  /** File to write; wins over `output` of the settings. The ending names the format. */
  readonly output?: string;
  /** Replace the output file if it exists. @default false */
  readonly overwrite?: boolean;
  /** How much of the finished image is read back and compared. @default 'written' */
  readonly verify?: Verification;
  /** docker's config.json, where credentials for private container images are looked up. @default none */
  readonly dockerConfig?: string;
  /** Whether lint looks over the finished image, and whether an error that it finds ends the build. @default 'warn'; 'error' with `public` */
  readonly lint?: LintMode;
  /** The image is for everybody: a leak, or any other error that lint finds in it, ends the build. @default false */
  readonly public?: boolean;
  /** Write SHA256SUMS beside the output. @default false */
  readonly checksums?: boolean;
  /** Write a block map (`.bmap`) beside the output, and into a .zip, so that only used space is flashed. @default false */
  readonly blockMap?: boolean;
  /** Write zeros where the file systems have nothing, for smaller archives and holes in raw files. @default false */
  readonly zeroFree?: boolean;
  /**
   * Of compression, as the format counts it: 0 to 9 for .img.xz, 1 to 9 for .img.gz and .zip, 1 to 19 for .img.zst.
   * Blocks of the base's own .img.xz are taken over as they are. @default 6, for .img.zst 9
   */
  readonly compressionLevel?: number;
}

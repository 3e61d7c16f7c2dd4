import type { Edit } from './edit.ts';
import type { FirstBootStep } from './first-boot.ts';
import type { OsFacts } from './os.ts';
import type { Preload } from './preload.ts';

/** A sentence for the person who builds: a `warning` is something that may go wrong, a `note` something good to know. */
export interface Advice {
  readonly level: 'warning' | 'note';
  /** Stable and dotted, such as `wifi.no-country`. */
  readonly id: string;
  readonly message: string;
  readonly help?: string;
}

/** A path that must be in the image for the plan to make sense; checked before the first edit. */
export interface Precondition {
  readonly path: string;
  /** The error's message when it is not. */
  readonly message: string;
  /** A directory whose names are searched for near misses. */
  readonly suggestFrom?: string;
}

/** The account that the finished image is used with. */
export interface Login {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** Home directory as it is in the finished image. */
  readonly home: string;
}

/** Everything a build will do, before it does it: plain data, ordered, free of conflicts. */
export interface Plan {
  readonly version: 1;
  readonly os: OsFacts;
  readonly edits: readonly Edit[];
  readonly preconditions: readonly Precondition[];
  readonly firstBoot: readonly FirstBootStep[];
  /** Fetched after the edits, when the image says by itself where its packages come from. */
  readonly preloads: readonly (Preload & { readonly from: string })[];
  readonly advice: readonly Advice[];
  readonly login?: Login;
  readonly hostname: string;
  /** True when any edit is sensitive: the output is then readable by its owner only. */
  readonly sensitive: boolean;
}

import type { z } from 'zod';
import type { EditDraft } from '../model/edit.ts';
import type { FirstBootStep } from '../model/first-boot.ts';
import type { HostInput } from '../model/host-input.ts';
import type { OsFacts } from '../model/os.ts';
import type { Advice, Login, Precondition } from '../model/plan.ts';
import type { Preload } from '../model/preload.ts';
import type { Secret } from '../model/secret.ts';

/** What a customization may look at besides its own configuration. All of it is data: `contribute` stays pure. */
export interface Context {
  readonly os: OsFacts;
  /** The account the finished image is used with; undefined when the image has none and none was asked for. */
  readonly login: Login | undefined;
  /** Host name of the finished image. */
  readonly hostname: string;
  /** Build time: now, or SOURCE_DATE_EPOCH. */
  readonly now: Date;
  /** Random bytes for salts and ids; the same purpose gives the same bytes when the build is seeded. */
  readonly random: (purpose: string, bytes: number) => Uint8Array;
  /** A file or directory of the build machine that `inputs` named, or what was fetched from an address of `downloads`. */
  readonly input: (path: string) => HostInput;
  /** The settings the user wrote for another customization, for the few rules that span two (ssh looks at user). */
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface Contribution {
  readonly edits?: readonly EditDraft[];
  readonly firstBoot?: readonly FirstBootStep[];
  readonly preconditions?: readonly Precondition[];
  /** URL to tell that the first boot is done, or has failed. */
  readonly notify?: Secret;
  /** What the Pi is to have without a network. */
  readonly preloads?: readonly Preload[];
  readonly advice?: readonly Advice[];
}

/** One feature: its name in pi-image.yaml, its schema, and the pure function from settings to edits. */
export interface Customization<Name extends string = string, Schema extends z.ZodType = z.ZodType> {
  readonly name: Name;
  /** One line, for help and docs. */
  readonly summary: string;
  readonly schema: Schema;
  /** Settings used when the user says nothing; left out, the customization then does nothing. */
  readonly whenUnset?: (os: OsFacts) => z.output<Schema> | undefined;
  /** Paths of the build machine that `contribute` will ask for through `context.input`. */
  readonly inputs?: (settings: z.output<Schema>) => readonly string[];
  /** Addresses of small files in the network that `contribute` will ask for through `context.input`, too. */
  readonly downloads?: (settings: z.output<Schema>) => readonly string[];
  contribute(settings: z.output<Schema>, context: Context): Contribution;
}

export function defineCustomization<const Name extends string, Schema extends z.ZodType>(
  customization: Customization<Name, Schema>,
): Customization<Name, Schema> {
  return customization;
}

import type { Tree } from '../../../src/model/tree.ts';
import type { Given, TreeName } from '../context.ts';

/** A fault or leak put into an image that has none, and what has to be found then, and nothing else. */
export interface Seed {
  readonly rule: string;
  readonly what: string;
  /** @default buster-lite */
  readonly on?: TreeName;
  readonly seed: (tree: Tree) => void;
  /** `path`, or `path:line` where one line is at fault. */
  readonly finds: readonly string[];
  /** Other rules that see the same thing from their side. */
  readonly also?: readonly string[];
  readonly given?: Given;
  /** What `mend` leaves of `finds`; undefined where the rule mends nothing. */
  readonly leaves?: readonly string[];
}

/** Something that looks like a fault and is none: nothing must be found. */
export interface Innocent {
  readonly rule: string;
  readonly what: string;
  readonly on?: TreeName;
  readonly seed: (tree: Tree) => void;
  readonly given?: Given;
}

import type { PartitionTable } from '../image/partitions/partition.ts';
import type { EditDraft } from '../model/edit.ts';
import type { OsFacts } from '../model/os.ts';
import type { ReadableTree } from '../model/tree.ts';
import type { Volume } from '../model/volume.ts';

/** `error`: it will not work, or must not be published. `warning`: it may go wrong. `note`: good to know. */
export type Level = 'error' | 'warning' | 'note';

/** What a rule may look at. All of it is read only, so `check` is a pure function. */
export interface LintContext {
  readonly tree: ReadableTree;
  readonly os: OsFacts;
  readonly table: PartitionTable;
  /** Root first, then boot. */
  readonly mounts: readonly {
    readonly number: number;
    readonly at: string;
    readonly volume: Pick<Volume, 'label' | 'stat' | 'list'>;
  }[];
  readonly now: Date;
}

/** One place in the image where a rule is broken. */
export interface Finding {
  /** Absolute path in the image; of a whole partition, where it is mounted. */
  readonly path: string;
  /** From 1, where one line is at fault. */
  readonly line?: number;
  /** What is wrong there. Names and modes may be shown in it, secrets never. */
  readonly message: string;
  /** What to do about this one; the rule's `fix` otherwise. */
  readonly help?: string;
  /** Where this place matters less than the rule's others. */
  readonly level?: Level;
}

/** One thing that can be wrong with an image: where to look, why it matters, how to put it right. */
export interface Rule {
  /** `[a-z0-9-]+`, stable: people suppress rules by it. */
  readonly id: string;
  readonly level: Level;
  /** What it finds, in a few words. */
  readonly summary: string;
  readonly why: string;
  readonly fix: string;
  /** It gives away something of the builder, or makes all Pis alike: an error in an image for the public. */
  readonly leak?: true;
  check(context: LintContext): readonly Finding[];
  /** Edits that put right what `check` finds, where that is safe on any image; what is left over is for people. */
  mend?(context: LintContext): readonly EditDraft[];
}

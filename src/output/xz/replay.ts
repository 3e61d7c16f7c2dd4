import type { CodeStore, OriginalCodes } from '../../model/code.ts';
import type { Run } from '../content.ts';
import type { Encoder } from '../encode.ts';
import type { ReplayThreads } from './replay-threads.ts';

export interface ReplayOptions {
  /** Blocks of the base's own archive. */
  readonly blocks: OriginalCodes;
  readonly store?: CodeStore | undefined;
  /** The raw file of the base. */
  readonly base?: string | undefined;
}

/**
 * Puts edits into blocks of the base. Such a block is brought into parts that stand for themselves, and those parts are
 * written anew that edits have to do with. The first half is the same in each build, so that it is kept.
 */
export function replayIn(
  threads: ReplayThreads,
  { blocks, store, base }: ReplayOptions,
): NonNullable<Encoder['replay']> {
  return async (unit, edits, stop) => {
    const { position, length: size } = unit;
    const code = base === undefined ? undefined : await store?.read(nameOf(unit));
    const block = base !== undefined && code && ({ kind: 'kept', code, file: base, position } as const);
    const again = block && (await threads.replay({ block, size, edits }, stop));
    if (again) return { code: again.code, keep: async () => {} };

    const original = await blocks.read(unit);
    if (original === undefined) return undefined;
    const { bytes } = original;
    const isToBeKept = store !== undefined && base !== undefined;
    const replayed = await threads.replay(
      { block: { kind: 'original', bytes, isToBeKept }, size, edits },
      stop,
    );
    return (
      replayed && {
        code: replayed.code,
        keep: async () => replayed.kept && store?.write(nameOf(unit), replayed.kept),
      }
    );
  };
}

/** The number is that of the way to cut into parts: with another one, codes become others. */
function nameOf({ position, length }: Run): string {
  return `xz-parts-1-${position}-${length}`;
}

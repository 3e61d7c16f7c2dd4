import type { BlockCache } from '../ext4/block-cache.ts';

const kindsOfPart = ['inode', 'marked', 'unmarked', 'directory'] as const;

/** Names the look at an inode, which its bitmap may say to be in use or not, or at a directory. */
export function partKey(inode: number, kind: (typeof kindsOfPart)[number]): number {
  return inode * kindsOfPart.length + kindsOfPart.indexOf(kind);
}

/** Does the parts of a check. A part depends on the blocks that it reads, and on nothing else; `key` is its name. */
export interface PartSource {
  /** What comes of it, where that is known already. */
  known(key: number): unknown;
  look<Part>(key: number, look: () => Part): Part;
}

export const noneKnown: PartSource = { known: () => undefined, look: (_key, look) => look() };

/** What came of the parts of a check, with the blocks that each has read: it comes of them again where these are the same. */
export class Parts {
  readonly #parts = new Map<number, unknown>();
  readonly #readers = new Map<number, number[]>();

  /** Remembers what is done; what is read of `ignored` is no matter. */
  remembering(blocks: BlockCache, ignored: ReadonlySet<number>): PartSource {
    return {
      known: () => undefined,
      look: (key, look) => {
        const { result, read } = blocks.traced(look);
        this.#parts.set(key, result);
        for (const block of read) if (!ignored.has(block)) this.#addReader(block, key);
        return result;
      },
    };
  }

  /** Knows all but the parts that have read one of these blocks, which are other ones now. */
  recalling(changed: Iterable<number>): PartSource {
    const stale = new Set<number>();
    for (const block of changed) for (const key of this.#readers.get(block) ?? []) stale.add(key);
    return {
      known: (key) => (stale.has(key) ? undefined : this.#parts.get(key)),
      look: (_key, look) => look(),
    };
  }

  #addReader(block: number, key: number): void {
    const readers = this.#readers.get(block);
    if (readers === undefined) this.#readers.set(block, [key]);
    else readers.push(key);
  }
}

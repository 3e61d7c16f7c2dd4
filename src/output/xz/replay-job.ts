import fs from 'node:fs';
import type { Code } from '../../model/code.ts';
import { check, unlessFault, XzFault } from '../../xz/fault.ts';
import type { Edit } from '../../xz/lzma/edits.ts';
import type { BlockBytes } from '../../xz/lzma/replay.ts';
import { replayBlock, restartBlock, restartedBlock } from '../../xz/replay-block.ts';

/** A block that edits are to be put into, as it can be given to another thread. */
export interface ReplayJob {
  readonly block: OriginalBlock | KeptBlock;
  /** Of what is compressed in it, bytes. */
  readonly size: number;
  /** Inside it, sorted and without overlaps. */
  readonly edits: readonly Edit[];
}

interface OriginalBlock {
  readonly kind: 'original';
  /** As it is in the archive of the base. */
  readonly bytes: Uint8Array;
  /** Whether it is to be kept as one that edits can be put into faster. */
  readonly isToBeKept: boolean;
}

interface KeptBlock {
  readonly kind: 'kept';
  readonly code: Code;
  /** Where its data is, uncompressed: a file, and from where on. */
  readonly file: string;
  readonly position: number;
}

export interface ReplayedBlock {
  readonly code: Code;
  /** The block without edits, where that is wanted. */
  readonly kept?: Code;
}

/**
 * undefined where the block is of another kind, damaged, or its data cannot be read.
 * @param data of the size of the block, whatever it holds
 */
export function carryOut(job: ReplayJob, data: Uint8Array): ReplayedBlock | undefined {
  return unlessFault(() => {
    const { block, size } = job;
    if (block.kind === 'kept') {
      using source = fileBytes(block, data);
      const { bytes, figure: unpaddedSize } = block.code;
      const kept = restartedBlock(bytes, { unpaddedSize, size });
      return { code: codeOf(replayBlock(kept, job.edits, source)) };
    }
    const restarted = restartBlock({ bytes: block.bytes, size }, data);
    const code = codeOf(replayBlock(restarted, job.edits, { data, need: () => {} }));
    return { code, ...(block.isToBeKept && { kept: codeOf({ ...restarted, bytes: restarted.all }) }) };
  });
}

function codeOf({
  bytes,
  unpaddedSize,
}: {
  readonly bytes: Uint8Array;
  readonly unpaddedSize: number;
}): Code {
  return { bytes, figure: unpaddedSize };
}

/** Reads of a file what is asked for. */
function fileBytes({ file, position }: KeptBlock, data: Uint8Array): BlockBytes & Disposable {
  const descriptor = unlessSystemFault(() => fs.openSync(file, 'r'));
  return {
    data,
    need({ from, to }) {
      const end = Math.min(to, data.length);
      for (let at = from; at < end; ) {
        const count = unlessSystemFault(() => fs.readSync(descriptor, data, at, end - at, position + at));
        check(count > 0, 'the data of a block is cut off');
        at += count;
      }
    },
    [Symbol.dispose]: () => fs.closeSync(descriptor),
  };
}

function unlessSystemFault<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw new XzFault('the data of a block cannot be read', { cause });
  }
}

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { cutWhileRootGrows, type Recording } from '../../scripts/boot/faults/recording.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

const directory = temporaryDirectory();
const root = 4096;
const sector = 512;
const at = { blocksCount: 1024 + 4, secondEntry: 446 + 16, firstSector: 8 };

/** A card whose root file system has 100 blocks, and the writes of its superblock that follow, as block counts. */
function recordingOf(counts: readonly number[]): Recording {
  const [image, log] = ['image', 'log'].map((name) => path.join(directory, name)) as [string, string];
  const card = Buffer.alloc(root + 4096);
  card.writeUInt32LE(root / sector, at.secondEntry + at.firstSector);
  card.writeUInt32LE(100, root + at.blocksCount);
  writeFileSync(image, card);
  const blocks = counts.map((count) => {
    const block = Buffer.alloc(4096);
    block.writeUInt32LE(count, at.blocksCount);
    return block;
  });
  writeFileSync(log, Buffer.concat(blocks));
  const plain = { flushedBefore: false, durable: false, discards: false };
  const elsewhere = { at: 0, length: 4096, data: 0, ...plain };
  const superblocks = blocks.map((_, index) => ({ at: root, length: 4096, data: index * 4096, ...plain }));
  return { image, log, writes: [elsewhere, ...superblocks], lengths: [] };
}

describe('the cut while the root grows', () => {
  it('is before the first superblock of another size', () => {
    expect(cutWhileRootGrows(recordingOf([100, 100, 900, 900]), 'x', 1)).toEqual({
      name: 'x',
      count: 3,
      seed: 1,
    });
  });

  it('is none where it does not grow', () => {
    expect(() => cutWhileRootGrows(recordingOf([100]), 'x', 1)).toThrow('has not grown');
  });
});

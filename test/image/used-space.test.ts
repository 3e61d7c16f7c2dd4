import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPartitionTable } from '../../src/image/partitions/partition-table.ts';
import { usedRuns } from '../../src/image/used-space.ts';
import { rawDemo } from '../fixtures/demo.ts';
import { judge } from '../fixtures/judge.ts';
import { memoryDevice } from '../fixtures/memory-device.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

const directory = temporaryDirectory();
const hasCheckers = judge('e2fsck', ['-V']) !== undefined && judge('fsck.vfat', ['--help']) !== undefined;

async function demo() {
  const bytes = Buffer.from(await rawDemo());
  const { partitions } = readPartitionTable(memoryDevice(bytes));
  const [boot, root] = partitions;
  if (!boot || !root) throw new Error('the demo has two partitions');
  return { bytes, boot, root };
}

const usedOf = (bytes: Buffer) => [...usedRuns(memoryDevice(bytes))];

function covers(bytes: Buffer, position: number): boolean {
  return usedOf(bytes).some((run) => run.position <= position && position < run.position + run.length);
}

describe('the space in use', () => {
  it('lies in the image, in order, and is less than all of it', async () => {
    const { bytes } = await demo();
    let end = 0;
    let sum = 0;
    for (const { position, length } of usedOf(bytes)) {
      expect(position).toBeGreaterThanOrEqual(end);
      end = position + length;
      sum += length;
    }
    expect(end).toBeLessThanOrEqual(bytes.length);
    expect(sum).toBeLessThan(bytes.length / 2);
  });

  it.skipIf(!hasCheckers)('is all that e2fsck and fsck.vfat ever look at', async () => {
    const { bytes, boot, root } = await demo();
    const filled = Buffer.alloc(bytes.length, 0xff);
    for (const { position, length } of usedOf(bytes)) {
      bytes.copy(filled, position, position, position + length);
    }
    for (const [{ offset, size }, tool, args] of [
      [boot, 'fsck.vfat', ['-n']],
      [root, 'e2fsck', ['-fn']],
    ] as const) {
      const file = path.join(directory, tool);
      fs.writeFileSync(file, filled.subarray(offset, offset + size));
      expect(judge(tool, [...args, file])).toMatchObject({ status: 0 });
    }
  });

  it('has what lies between the partitions where it is not zero', async () => {
    const { bytes, boot } = await demo();
    const between = boot.offset - 5000;
    expect(covers(bytes, 0)).toBe(true);
    expect(covers(bytes, between)).toBe(false);
    bytes[between] = 1;
    expect(covers(bytes, between)).toBe(true);
  });

  it.each([
    ['another kind', (bytes: Buffer, at: number) => bytes.write('XFSB', at, 'latin1')],
    ['ext4 that was not unmounted', (bytes: Buffer, at: number) => bytes.writeUInt16LE(0, at + 1024 + 58)],
  ])('has the whole of a partition of %s', async (_what, change) => {
    const { bytes, root } = await demo();
    change(bytes, root.offset);
    expect(usedOf(bytes)).toContainEqual({ position: root.offset, length: root.size });
  });
});

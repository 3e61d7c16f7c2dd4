import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { requireSound } from '../../src/build/require-sound.ts';
import { readPartitionTable } from '../../src/image/partitions/partition-table.ts';
import type { EditedDevice } from '../../src/image/zeroed-free.ts';
import { rawDemo } from '../fixtures/demo.ts';
import { memoryDevice } from '../fixtures/memory-device.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

const directory = temporaryDirectory();

/** The demonstration image with a byte of its root's first group descriptor changed. */
async function damaged(): Promise<Buffer> {
  const bytes = Buffer.from(await rawDemo());
  const { offset } = readPartitionTable(memoryDevice(bytes)).partitions.at(-1)!;
  const descriptors =
    bytes.readUInt32LE(offset + 1024 + 24) === 0 ? 2048 : 1024 << bytes.readUInt32LE(offset + 1024 + 24);
  bytes[offset + descriptors + 12]! ^= 0x55;
  return bytes;
}

/** As if everything had been edited. */
function edited(bytes: Uint8Array): EditedDevice {
  return { ...memoryDevice(bytes), dirtyRuns: () => [{ position: 0, length: bytes.length }] };
}

function baseOf(name: string, bytes: Uint8Array): string {
  const file = path.join(directory, name);
  fs.writeFileSync(file, bytes);
  return file;
}

test('an image without faults passes', async () => {
  const demo = await rawDemo();
  expect(() => requireSound(edited(demo), baseOf('sound.img', demo))).not.toThrow();
});

test('a fault that the base has not is told, with its partition', async () => {
  const base = baseOf('base.img', await rawDemo());
  const faulty = edited(await damaged());
  expect(() => requireSound(faulty, base)).toThrow(
    expect.objectContaining({
      code: 'image.verify',
      problems: expect.arrayContaining([{ message: expect.stringContaining('partition 2 (ext4)') }]),
    }),
  );
});

test('a fault that the base has already is let pass', async () => {
  const bytes = await damaged();
  expect(() => requireSound(edited(bytes), baseOf('faulty.img', bytes))).not.toThrow();
});

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { type Ext4Volume, openExt4 } from '../../src/image/ext4/volume.ts';
import { readPartitionTable } from '../../src/image/partitions/partition-table.ts';
import { type ByteSource, bytesSource } from '../../src/model/content.ts';
import { rawDemo } from '../fixtures/demo.ts';
import { memoryDevice } from '../fixtures/memory-device.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

const directory = temporaryDirectory();
const now = () => new Date('2026-01-02T03:04:05Z');
const run = promisify(execFile);
const script = path.join(import.meta.dirname, '../fixtures/stock-ext2fs.mjs');
let root: Buffer;

beforeAll(async () => {
  const demo = await rawDemo();
  const { offset, size } = readPartitionTable(memoryDevice(demo)).partitions.at(-1)!;
  root = Buffer.from(demo.subarray(offset, offset + size));
});

/** The tree as libext2fs, by npm's ext2fs, reads it. */
async function byExt2fs(bytes: Uint8Array): Promise<Record<string, string>> {
  const file = path.join(directory, 'root.img');
  writeFileSync(file, bytes);
  const { stdout } = await run(process.execPath, [script, file, 'tree'], { maxBuffer: 64 * 1024 ** 2 });
  expect(readFileSync(file).length).toBe(bytes.length);
  return JSON.parse(stdout);
}

function digestOf(source: ByteSource): string {
  const bytes = new Uint8Array(source.size);
  source.readInto(bytes, 0);
  return createHash('sha256').update(bytes).digest('hex');
}

/** The same tree in the same words, as we read it. */
function byUs(volume: Ext4Volume): Record<string, string> {
  const all: Record<string, string> = {};
  const walk = (folder: string): void => {
    for (const { name, kind } of volume.list(folder === '' ? '/' : folder)) {
      const place = `${folder}/${name}`;
      if (place === '/lost+found') continue;
      const { mode, uid, gid, mtime } = volume.stat(place)!;
      const common = `${mode.toString(8)} ${uid}:${gid} ${mtime}`;
      if (kind === 'link') all[place] = `link ${volume.readLink(place)}`;
      else if (kind === 'file') all[place] = `file ${digestOf(volume.open(place))} ${common}`;
      else all[place] = `directory ${common}`;
      if (kind === 'directory') walk(place);
    }
  };
  walk('');
  return all;
}

test('ext2fs and we read the same tree from the demonstration image', async () => {
  const ours = byUs(openExt4(memoryDevice(root), { now }));
  expect(Object.keys(ours).length).toBeGreaterThan(50);
  expect(ours).toEqual(await byExt2fs(root));
});

test('ext2fs reads what we have written', async () => {
  const bytes = Buffer.from(root);
  const volume = openExt4(memoryDevice(bytes), { now });
  volume.makeDirectory('/new', { mode: 0o750, uid: 1000 });
  for (let index = 0; index < 150; index++)
    volume.write(`/new/a rather long name of a file ${index}`, bytesSource(new Uint8Array(index * 7)), {
      mode: 0o4711,
    });
  volume.makeLink('/new/short', '../etc/hostname');
  volume.makeLink('/new/long', `/${'far/'.repeat(30)}away`);
  volume.remove('/etc/hostname');
  volume.rename('/etc/fstab', '/new/fstab');
  volume.flush();
  expect(await byExt2fs(bytes)).toEqual(byUs(volume));
});

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readPartitionTable } from '../../src/image/partitions/partition-table.ts';
import { rawDemo } from '../fixtures/demo.ts';
import { memoryDevice } from '../fixtures/memory-device.ts';
import { cli, workFolder } from './cli.ts';

const incompatibleAt = 1024 + 96;
const needsRecovery = 4;

test('verify finds nothing wrong with the demonstration image', async () => {
  const folder = await workFolder();
  const { exitCode, stdout } = await cli(['verify', 'demo'], { cwd: folder });
  expect([exitCode, stdout]).toEqual([0, '1  FAT    clean\n2  ext4   clean']);
});

test('an image of a Pi that was not shut down is told by verify, refused by ls, and recovered by ls --recover', async () => {
  const folder = await workFolder();
  const bytes = Buffer.from(await rawDemo());
  const at = readPartitionTable(memoryDevice(bytes)).partitions.at(-1)!.offset + incompatibleAt;
  bytes.writeUInt32LE(bytes.readUInt32LE(at) | needsRecovery, at);
  writeFileSync(path.join(folder, 'pulled.img'), bytes);
  const run = (...args: string[]) => cli(args, { cwd: folder });
  expect(await run('verify', 'pulled.img')).toMatchObject({
    exitCode: 6,
    stderr: expect.stringContaining('partition 2 (ext4)'),
  });
  expect(await run('ls', 'pulled.img', '/etc')).toMatchObject({
    exitCode: 6,
    stderr: expect.stringContaining('--recover'),
  });
  expect(await run('ls', '--recover', 'pulled.img', '/etc')).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('hostname'),
  });
});

import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { checkRoom, roomForRaw } from '../../src/output/room.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { overlayOf } from './contents.ts';

const directory = temporaryDirectory();

test('an image that cannot fit is refused with both numbers', async () => {
  const file = path.join(directory, 'out.img');
  const disk = fs.statfsSync(directory);
  const free = disk.bavail * disk.bsize;
  await expect(checkRoom(file, 1, 1)).resolves.toBeUndefined();
  await expect(checkRoom(file, free * 2, free * 2)).rejects.toMatchObject({
    code: 'output.no-space',
    message: expect.stringMatching(/needs \d+ MB and the disk has \d+ MB free/),
  });
});

test('a place that tells nothing is tried', async () => {
  await expect(
    checkRoom(path.join(directory, 'missing', 'out.img'), 1, Number.MAX_SAFE_INTEGER),
  ).resolves.toBeUndefined();
});

test.skipIf(process.platform === 'win32')('holes of the base take no room, changes do', async () => {
  const base = path.join(directory, 'base');
  fs.writeFileSync(base, '');
  fs.truncateSync(base, 10_000_000);
  const overlay = overlayOf(new Uint8Array(10_000_000));
  const room = await roomForRaw(base, overlay);
  overlay.writeFrom(new Uint8Array(40_960), 0);
  expect(await roomForRaw(base, overlay)).toBe(Math.min(10_000_000, room + 40_960));
});

import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { rawDemo } from '../fixtures/demo.ts';
import { mountSmallDisk } from '../fixtures/small-disk.ts';
import { cli, workFolder } from './cli.ts';

const build = ['build', '--image', '../stock.img', '--no-docker', '--no-vnc', '-o'];

/** A folder for outputs beside a base image that needs no unpacking. */
async function workplace(): Promise<string> {
  const folder = await workFolder();
  await writeFile(path.join(folder, 'stock.img'), await rawDemo());
  const cwd = path.join(folder, 'out');
  await mkdir(cwd);
  return cwd;
}

async function expectNothingBut(
  exitCode: number,
  says: RegExp,
  cwd: string,
  result: Awaited<ReturnType<typeof cli>>,
) {
  expect(result.stderr).toMatch(says);
  expect(result.exitCode, result.stderr).toBe(exitCode);
  expect(result.stderr.match(/^error\[/gm)).toHaveLength(1);
  expect(result.stdout).toBe('');
  expect((await readdir(cwd)).filter((name) => name.startsWith('out'))).toEqual([]);
}

describe.skipIf(process.platform === 'win32')('where files may not grow large enough', () => {
  // FAT32 says the same of a file of 4 GiB.
  const through = ['sh', '-c', 'ulimit -f 64 && exec "$@"', 'sh'];
  it.each(['out.img', 'out.img.gz', 'out.zip'])('%s ends with a clear error', async (name) => {
    const cwd = await workplace();
    await expectNothingBut(7, /EFBIG[\s\S]*FAT32/, cwd, await cli([...build, name], { cwd, through }));
  });
});

/** Mounts a small file system in memory, which takes root. */
async function smallDisk(options: string): Promise<string | undefined> {
  const cwd = await workplace();
  return mountSmallDisk(cwd, options) ? cwd : undefined;
}

describe.skipIf(process.getuid?.() !== 0)('on a real file system (needs root and the right to mount)', () => {
  it.for([
    ['out.img', /needs 1\d\d MB and the disk has 1 MB free/],
    ['out.img.gz', /ENOSPC/],
    ['out.zip', /ENOSPC/],
  ] as const)('that is too small, %s ends with a clear error', async ([name, says], { skip }) => {
    const cwd = await smallDisk('size=64k');
    if (cwd === undefined) return skip('a tmpfs cannot be mounted here');
    // The cache may not lie there: it would be full first.
    const env = { PI_IMAGE_CACHE_DIR: path.join(cwd, '../cache'), TMPDIR: path.dirname(cwd) };
    await expectNothingBut(7, says, cwd, await cli([...build, name], { cwd, env }));
  });

  it('that is read-only, nothing is begun', async ({ skip }) => {
    const cwd = await smallDisk('ro');
    if (cwd === undefined) return skip('a tmpfs cannot be mounted here');
    const env = { PI_IMAGE_CACHE_DIR: path.join(cwd, '../cache') };
    await expectNothingBut(7, /EROFS|read-only/, cwd, await cli([...build, 'out.img'], { cwd, env }));
  });
});

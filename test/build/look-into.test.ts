import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { lookInto } from '../../src/build/look-into.ts';
import { openBase } from '../../src/build/open-base.ts';
import { rawDemo } from '../fixtures/demo.ts';
import { hasTool } from '../fixtures/judge.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { xz } from '../fixtures/xz.ts';

const root = temporaryDirectory();
const environment = { PATH: process.env['PATH'] };

async function archived(...args: string[]) {
  const directory = mkdtempSync(path.join(root, 'archive-'));
  writeFileSync(path.join(directory, 'kitchen.img.xz'), xz(await rawDemo(), '-1', ...args));
  const cacheDirectory = path.join(directory, 'cache');
  return { reference: { image: 'kitchen.img.xz', directory }, options: { cacheDirectory, environment } };
}

describe.runIf(hasTool('xz'))('a look into an archive', () => {
  it('of many blocks unpacks nothing and sees the same', async () => {
    const { reference, options } = await archived('--threads=2', '--block-size=4MiB');
    const seen: unknown[] = [];
    {
      using found = await lookInto(reference, options);
      expect(found.base).toMatchObject({ name: 'kitchen', format: 'xz', size: found.overlay.size });
      seen.push(found.image.os, found.image.table, found.image.tree.read('/etc/fstab'));
      expect(existsSync(options.cacheDirectory)).toBe(false);
    }
    {
      using opened = await openBase(reference, options);
      expect([opened.image.os, opened.image.table, opened.image.tree.read('/etc/fstab')]).toEqual(seen);
    }
  });

  it('of one block unpacks it', async () => {
    const { reference, options } = await archived('--threads=1');
    using found = await lookInto(reference, options);
    expect(path.basename(found.base.path)).toBe('image.img');
  });

  it('whose digest is given checks it first', async () => {
    const { reference, options } = await archived('--threads=2', '--block-size=4MiB');
    const asked = lookInto({ ...reference, sha256: '0'.repeat(64) }, options);
    await expect(asked).rejects.toMatchObject({ code: 'source.checksum' });
  });

  it('that was cut off fails as ever', async () => {
    const { reference, options } = await archived('--threads=2', '--block-size=4MiB');
    const file = path.join(reference.directory, reference.image);
    writeFileSync(file, xz(await rawDemo(), '-1', '--block-size=4MiB').subarray(0, -40));
    await expect(lookInto(reference, options)).rejects.toMatchObject({ code: 'source.archive' });
  });
});

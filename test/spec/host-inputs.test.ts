import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { PiImageError } from '../../src/model/errors.ts';
import { readHostInputs } from '../../src/spec/host-inputs.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

const directory = temporaryDirectory();
const inside = (name: string) => path.join(directory, name);
fs.mkdirSync(inside('site/css'), { recursive: true });
fs.writeFileSync(inside('site/css/a.css'), 'body {}');
fs.writeFileSync(inside('site/run'), '#!/bin/sh\n', { mode: 0o755 });
fs.writeFileSync(inside('large'), Buffer.alloc(1024 * 1024 + 1));
const posix = process.platform !== 'win32';
if (posix) fs.symlinkSync('../elsewhere', inside('site/link'));

describe('readHostInputs', () => {
  it('reads files, relative ones from the given folder', async () => {
    const input = await readHostInputs(['site/run', inside('site/css/a.css')], directory);
    expect(input('site/run')).toMatchObject({ kind: 'file', path: inside('site/run'), size: 10 });
    expect(Buffer.from((input('site/run') as { bytes: Uint8Array }).bytes).toString()).toBe('#!/bin/sh\n');
    expect(input(inside('site/css/a.css'))).toMatchObject({ size: 7 });
    if (posix) expect(input('site/run')).toMatchObject({ mode: 0o755 });
  });

  it('leaves large files where they are', async () => {
    const large = (await readHostInputs(['large'], directory))('large');
    expect(large).toMatchObject({ kind: 'file', size: 1024 * 1024 + 1 });
    expect(large).not.toHaveProperty('bytes');
  });

  it('reads folders with all below them, sorted, and follows no link in them', async () => {
    const site = (await readHostInputs(['site'], directory))('site');
    if (site.kind !== 'directory') throw new Error('not a directory');
    expect(Object.keys(site.entries)).toEqual(['css', 'css/a.css', ...(posix ? ['link'] : []), 'run']);
    if (posix) expect(site.entries['link']).toEqual({ kind: 'link', target: '../elsewhere' });
  });

  it('says what is not there', async () => {
    const error = await readHostInputs(['none'], directory).catch((one: unknown) => one);
    expect(PiImageError.is(error) && error.code).toBe('spec.missing');
    expect((error as Error).message).toBe('none does not exist');
    const input = await readHostInputs([], directory);
    expect(() => input('site')).toThrow(/without being declared/);
  });

  it.skipIf(!posix)('refuses what cannot be copied', async () => {
    await expect(readHostInputs(['/dev/null'], directory)).rejects.toThrow(/neither a file nor a directory/);
  });
});

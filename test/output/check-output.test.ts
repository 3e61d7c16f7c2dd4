import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkOutput, refuseBase } from '../../src/output/check-output.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

const directory = temporaryDirectory();
const at = (...names: string[]): string => path.join(directory, ...names);
const options = { overwrite: false, base: at('base.img'), environment: { PATH: process.env['PATH'] } };
const overwrite = { ...options, overwrite: true };

fs.writeFileSync(at('base.img'), 'base');
fs.writeFileSync(at('there.img'), 'there');
fs.mkdirSync(at('folder.img'));

describe('an output', () => {
  it.each(['new.img', 'new.img.gz', 'new.zip', 'NEW.IMG'])('%s is fine', async (name) => {
    const output = await checkOutput(at(name), options);
    expect(output).toMatchObject({ path: at(name), overwrite: false });
    expect(name.toLowerCase().endsWith(output.format)).toBe(true);
  });

  it('is told by its longest ending', async () => {
    expect(await checkOutput(at('a.img.zip'), options)).toMatchObject({ format: '.zip' });
    expect(await checkOutput(at('a.zip.img'), options)).toMatchObject({ format: '.img' });
  });

  it.each(['new', 'new.iso', 'new.xz', 'new.gz', 'new.zst', '.img', '.zip', 'new.img.partial'])(
    '%s has no ending of ours',
    async (name) => {
      await expect(checkOutput(at(name), options)).rejects.toMatchObject({
        code: 'output.format',
        help: expect.stringContaining('.img, .img.xz, .img.gz, .img.zst, .zip'),
      });
    },
  );

  it('that exists is replaced only when that is wanted', async () => {
    await expect(checkOutput(at('there.img'), options)).rejects.toMatchObject({
      code: 'output.exists',
      help: expect.stringContaining('--overwrite'),
    });
    expect(await checkOutput(at('there.img'), overwrite)).toMatchObject({
      path: at('there.img'),
      overwrite: true,
    });
  });

  it('has the level that is asked for, or is refused', async () => {
    expect(await checkOutput(at('new.zip'), { ...options, level: 9 })).toMatchObject({ format: '.zip' });
    for (const [name, level] of [
      ['new.zip', 0],
      ['new.img.gz', 10],
      ['new.img', 6],
      ['new.pipatch', 6],
    ] as const) {
      const code = 'output.format';
      await expect(checkOutput(at(name), { ...options, level }), name).rejects.toMatchObject({ code });
    }
  });

  it.each([options, overwrite])('is no folder', async (how) => {
    await expect(checkOutput(at('folder.img'), how)).rejects.toMatchObject({
      code: 'output.exists',
      message: expect.stringContaining('folder'),
    });
  });

  it('is a regular file', async () => {
    fs.symlinkSync('/dev/null', at('null.img'));
    await expect(checkOutput(at('null.img'), overwrite)).rejects.toMatchObject({
      code: 'output.exists',
      message: expect.stringContaining('regular'),
    });
  });

  it('goes to a folder that is there', async () => {
    for (const place of ['missing', 'there.img']) {
      await expect(checkOutput(at(place, 'new.img'), options)).rejects.toMatchObject({
        code: 'output.failed',
        message: expect.stringContaining(at(place)),
      });
    }
  });

  it.skipIf(process.getuid?.() === 0)('goes to a folder that may be written', async () => {
    fs.mkdirSync(at('closed'), { mode: 0o555 });
    await expect(checkOutput(at('closed', 'new.img'), options)).rejects.toMatchObject({
      code: 'output.permission',
    });
  });

  it('behind a link is the file it leads to; a link to nothing is in the way', async () => {
    fs.symlinkSync('there.img', at('link.img'));
    fs.symlinkSync('nowhere', at('dangling.img'));
    expect(await checkOutput(at('link.img'), overwrite)).toMatchObject({ path: at('there.img') });
    await expect(checkOutput(at('dangling.img'), options)).rejects.toMatchObject({ code: 'output.exists' });
    expect(await checkOutput(at('dangling.img'), overwrite)).toMatchObject({ path: at('dangling.img') });
  });

  it('is not the base, by whatever name', async () => {
    fs.linkSync(at('base.img'), at('hard.img'));
    fs.symlinkSync('base.img', at('soft.img'));
    for (const name of ['base.img', 'hard.img', 'soft.img']) {
      await expect(checkOutput(at(name), overwrite), name).rejects.toMatchObject({
        code: 'output.exists',
        message: expect.stringContaining('base'),
      });
    }
    const output = await checkOutput(at('there.img'), overwrite);
    await expect(refuseBase(output, at('link.img'))).rejects.toMatchObject({ code: 'output.exists' });
    await expect(refuseBase(output, at('base.img'))).resolves.toBeUndefined();
  });

  it('as .xz needs xz, which is missed at once', async () => {
    const environment = { PATH: directory };
    await expect(checkOutput(at('new.img.xz'), { ...options, environment })).rejects.toMatchObject({
      code: 'output.failed',
      help: expect.stringContaining('xz-utils'),
    });
  });
});

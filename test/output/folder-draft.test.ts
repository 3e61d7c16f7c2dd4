import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkFolder, openFolderDraft } from '../../src/output/folder-draft.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

const place = temporaryDirectory();
let count = 0;
/** A name that nothing has yet, in a folder of its own. */
function fresh(): string {
  const parent = path.join(place, String(count++));
  fs.mkdirSync(parent);
  return path.join(parent, 'release');
}

/** A folder with files; those of a release are in its list. */
function filled(files: Readonly<Record<string, string>>, listed: readonly string[] = []): string {
  const folder = fresh();
  fs.mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
  const lines = listed.map((name) => `${'0'.repeat(64)}  ${name}\n`);
  if (listed.length > 0) fs.writeFileSync(path.join(folder, 'SHA256SUMS'), lines.join(''));
  return folder;
}

const open = (folder: string, overwrite = false) =>
  openFolderDraft({ path: folder, overwrite }, { isPrivate: false });

async function write(folder: string, overwrite = false): Promise<void> {
  await using draft = await open(folder, overwrite);
  fs.writeFileSync(path.join(draft.folder, 'new'), 'new');
  await draft.publish();
}

/** Names beside and in a release. */
const around = (folder: string) => [
  fs.readdirSync(path.dirname(folder)).sort(),
  fs.existsSync(folder) ? fs.readdirSync(folder).sort() : [],
];

describe('a draft of a folder', () => {
  it('has its name when it is published, not before', async () => {
    const folder = fresh();
    {
      await using draft = await open(folder);
      expect(draft.folder).toBe(`${folder}.partial`);
      fs.writeFileSync(path.join(draft.folder, 'new'), 'new');
      expect(fs.existsSync(folder)).toBe(false);
      await draft.publish();
    }
    expect(around(folder)).toEqual([['release'], ['new']]);
  });

  it('leaves nothing when it is not', async () => {
    const folder = fresh();
    {
      await using draft = await open(folder);
      fs.mkdirSync(path.join(draft.folder, 'a/b'), { recursive: true });
    }
    expect(around(folder)).toEqual([[], []]);
  });

  it('takes the place of an empty folder', async () => {
    const folder = filled({});
    await write(folder);
    expect(around(folder)).toEqual([['release'], ['new']]);
  });

  it('takes the place of a release only with `overwrite`', async () => {
    const folder = filled({ old: 'old' }, ['old']);
    await expect(write(folder)).rejects.toMatchObject({ code: 'output.exists' });
    expect(around(folder)).toEqual([['release'], ['SHA256SUMS', 'old']]);
    await write(folder, true);
    expect(around(folder)).toEqual([['release'], ['new']]);
  });

  it('never takes the place of what came there meanwhile', async () => {
    const folder = fresh();
    await using draft = await open(folder, true);
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, 'thesis'), '');
    await expect(draft.publish()).rejects.toMatchObject({ code: 'output.exists' });
    expect(fs.readdirSync(folder)).toEqual(['thesis']);
  });

  it('replaces what a killed build left, and lets a running one be', async () => {
    const folder = fresh();
    fs.mkdirSync(`${folder}.partial/deep`, { recursive: true });
    const longAgo = new Date(Date.now() - 60_000);
    fs.utimesSync(`${folder}.partial`, longAgo, longAgo);
    await using running = await open(folder);
    expect(fs.readdirSync(running.folder)).toEqual([]);
    await expect(open(folder)).rejects.toMatchObject({ code: 'output.busy' });
    expect(fs.existsSync(running.folder)).toBe(true);
  });

  it('is not published when another build took it over', async () => {
    const folder = fresh();
    await using draft = await open(folder);
    // Both at once, so that the numbers of the file system are not given out again.
    fs.renameSync(draft.folder, `${draft.folder}.x`);
    fs.mkdirSync(draft.folder);
    await expect(draft.publish()).rejects.toMatchObject({ code: 'output.busy' });
    expect(fs.existsSync(folder)).toBe(false);
  });

  it.skipIf(process.platform === 'win32')('is for its owner only when it is private', async () => {
    const folder = fresh();
    await using draft = await openFolderDraft({ path: folder, overwrite: false }, { isPrivate: true });
    await draft.publish();
    expect(fs.statSync(folder).mode & 0o777).toBe(0o700);
  });
});

describe('checkFolder', () => {
  const check = (folder: string, overwrite = false) => checkFolder({ path: folder, overwrite });

  it('accepts what is not there, what is empty, and a release to be overwritten', async () => {
    await check(fresh());
    await check(filled({}));
    await check(filled({ a: '', 'b c': '' }, ['a', 'b c', 'gone']), true);
  });

  it.each([
    ['with files', filled({ a: '' }), false, 'output.exists'],
    ['with files that no list has', filled({ a: '', mine: '' }, ['a']), true, 'output.exists'],
    ['with files and no list', filled({ a: '' }), true, 'output.exists'],
    ['that is a file', path.join(filled({ release: '' }), 'release'), true, 'output.exists'],
    ['without a folder above', path.join(fresh(), 'x'), false, 'output.failed'],
  ])('refuses a folder %s', async (_what, folder, overwrite, code) => {
    await expect(check(folder, overwrite)).rejects.toMatchObject({ code });
  });
});

import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDraft } from '../../src/output/draft.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

const directory = temporaryDirectory();
let count = 0;

/** An output in a folder of its own. */
function place(overwrite = false) {
  const folder = path.join(directory, String(count++));
  fs.mkdirSync(folder);
  return { folder, output: { path: path.join(folder, 'out.img'), overwrite } };
}

const open = { isPrivate: false };
const content = (file: string): string => fs.readFileSync(file, 'utf8');

/** Makes a partial output look as if nobody had touched it for a minute. */
function age(file: string): void {
  const then = Date.now() / 1000 - 60;
  fs.utimesSync(file, then, then);
}

describe('a draft', () => {
  it('has its name when it is published, and another one before', async () => {
    const { folder, output } = place();
    {
      await using draft = await openDraft(output, open);
      await draft.write(Buffer.from('whole'), 0);
      expect(await draft.flush()).toBe(5);
      expect(fs.readdirSync(folder)).toEqual(['out.img.partial']);
      await draft.publish();
    }
    expect(fs.readdirSync(folder)).toEqual(['out.img']);
    expect(content(output.path)).toBe('whole');
    expect(fs.statSync(output.path).nlink).toBe(1);
  });

  it('is gone when it is not published', async () => {
    const { folder, output } = place();
    const failing = async (): Promise<void> => {
      await using draft = await openDraft(output, open);
      await draft.write(Buffer.from('half'), 0);
      throw new Error('something else');
    };
    await expect(failing()).rejects.toThrow('something else');
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('is readable by its owner only when it is private', async () => {
    for (const [isPrivate, mode] of [
      [true, 0o600],
      [false, 0o644 & ~process.umask()],
    ] as const) {
      const { output } = place();
      await using draft = await openDraft(output, { isPrivate });
      expect(fs.statSync(draft.file).mode & 0o777).toBe(mode);
      await draft.publish();
      expect(fs.statSync(output.path).mode & 0o777).toBe(mode);
    }
  });

  it('replaces a file only when that is wanted', async () => {
    const { folder, output } = place(true);
    fs.writeFileSync(output.path, 'old');
    {
      await using draft = await openDraft(output, open);
      await draft.write(Buffer.from('new'), 0);
      expect(content(output.path)).toBe('old');
      await draft.publish();
    }
    expect(content(output.path)).toBe('new');
    expect(fs.readdirSync(folder)).toEqual(['out.img']);
  });

  it('does not replace a file that came meanwhile', async () => {
    const { folder, output } = place();
    {
      await using draft = await openDraft(output, open);
      fs.writeFileSync(output.path, 'of somebody else');
      await expect(draft.publish()).rejects.toMatchObject({ code: 'output.exists' });
    }
    expect(content(output.path)).toBe('of somebody else');
    expect(fs.readdirSync(folder)).toEqual(['out.img']);
  });

  it('is not shared with another build that is running', async () => {
    const { output } = place();
    await using draft = await openDraft(output, open);
    const waiting: string[] = [];
    await expect(
      openDraft(output, { ...open, onEvent: ({ code }) => waiting.push(code) }),
    ).rejects.toMatchObject({ code: 'output.busy', message: expect.stringContaining('another build') });
    expect(waiting).toEqual(['output.waiting']);
    await draft.write(Buffer.from('ours'), 0);
    await draft.publish();
    expect(content(output.path)).toBe('ours');
  });

  it('takes the place of one that a killed build left', async () => {
    const { folder, output } = place();
    const left = `${output.path}.partial`;
    fs.writeFileSync(left, 'left behind, and longer');
    age(left);
    await using draft = await openDraft(output, open);
    await draft.write(Buffer.from('new'), 0);
    await draft.publish();
    expect(fs.readdirSync(folder)).toEqual(['out.img']);
    expect(content(output.path)).toBe('new');
  });

  it('takes the place of one that was killed just now, after a look', async () => {
    const { output } = place();
    fs.writeFileSync(`${output.path}.partial`, 'left behind');
    await using draft = await openDraft(output, open);
    expect(content(draft.file)).toBe('');
  });

  it('does not write through a link that lies in its place', async () => {
    const { folder, output } = place();
    const victim = path.join(folder, 'victim');
    fs.writeFileSync(victim, 'untouched');
    fs.symlinkSync(victim, `${output.path}.partial`);
    fs.lutimesSync(`${output.path}.partial`, 0, 0);
    await using draft = await openDraft(output, open);
    await draft.write(Buffer.from('draft'), 0);
    expect(content(victim)).toBe('untouched');
  });

  it('notices that another build took over, and leaves that one alone', async () => {
    const { folder, output } = place();
    {
      await using slow = await openDraft(output, open);
      age(slow.file);
      await using fast = await openDraft(output, open);
      await fast.write(Buffer.from('fast'), 0);
      await expect(slow.publish()).rejects.toMatchObject({ code: 'output.busy' });
      await fast.publish();
    }
    expect(content(output.path)).toBe('fast');
    expect(fs.readdirSync(folder)).toEqual(['out.img']);
  });

  it('can be given up while it waits', async () => {
    const { output } = place();
    fs.writeFileSync(`${output.path}.partial`, 'left behind');
    const signal = AbortSignal.timeout(50);
    await expect(openDraft(output, { ...open, signal })).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('says what is wrong with its place', async () => {
    const { folder } = place();
    const at = (name: string) => ({ path: path.join(folder, name), overwrite: false });
    await expect(openDraft(at('missing/out.img'), open)).rejects.toMatchObject({ code: 'output.failed' });
    await expect(openDraft(at(`${'x'.repeat(250)}.img`), open)).rejects.toMatchObject({
      code: 'output.failed',
      help: expect.stringContaining('shorter'),
    });
  });

  it.skipIf(process.getuid?.() === 0)('says so when it may not write', async () => {
    const { folder, output } = place();
    fs.chmodSync(folder, 0o555);
    await expect(openDraft(output, open)).rejects.toMatchObject({ code: 'output.permission' });
    fs.chmodSync(folder, 0o755);
  });
});

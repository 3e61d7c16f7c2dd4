import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { openImage } from '../../src/image/open-image.ts';
import { rawDemo } from '../fixtures/demo.ts';
import { memoryDevice } from '../fixtures/memory-device.ts';
import { now, put } from '../lint/context.ts';
import { cli, workFolder } from './cli.ts';

const secret = 'correct horse';
const built = new Date('2021-06-01T12:00:00Z');
/** The demonstration image is not old yet at this time. */
const env = { SOURCE_DATE_EPOCH: String(built.getTime() / 1000) };
const lines = (stdout: string): Record<string, unknown>[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

let cwd = '';
beforeEach(async () => {
  cwd = await workFolder();
  const bytes = Buffer.from(await rawDemo());
  const { tree } = await openImage(memoryDevice(bytes), { now: () => now });
  put(tree, '/etc/wpa_supplicant/wpa_supplicant.conf', `network={\n\tssid="x"\n\tpsk="${secret}"\n}\n`, {
    mode: 0o600,
  });
  put(tree, '/boot/cmdline.txt', `\n${tree.readText('/boot/cmdline.txt')}`);
  tree.flush();
  await writeFile(path.join(cwd, 'mine.img'), bytes);
});

describe('pi-image lint', () => {
  it('exits 0 without errors and 1 with errors, and tells them on standard output', async () => {
    const clean = await cli(['lint', 'demo'], { cwd, env });
    expect([clean.exitCode, clean.stdout]).toEqual([0, expect.stringMatching(/^warning\[apt-sources\]/)]);
    const faulty = await cli(['lint', 'mine.img'], { cwd, env });
    expect(faulty.exitCode).toBe(1);
    expect(faulty.stdout).toMatch(/^error\[cmdline-lines\]: \/boot\/cmdline\.txt:1: /m);
    expect(faulty.stderr).toMatch(/errors/);
  });

  it('makes leaks errors with --public, leaves rules out with --skip, and shows no secret in any form', async () => {
    for (const form of [[], ['--json'], ['--sarif']]) {
      const { exitCode, stdout, stderr } = await cli(['lint', 'mine.img', '--public', ...form], { cwd, env });
      expect([exitCode, stdout + stderr]).toEqual([1, expect.not.stringContaining(secret)]);
      expect(stdout).toContain('wifi-secrets');
    }
    const skipped = await cli(['lint', 'mine.img', '--public', '--skip', 'wifi-secrets', '--json'], {
      cwd,
      env,
    });
    expect(skipped.stdout).not.toContain('wifi-secrets');
    expect(lines(skipped.stdout).at(-1)).toMatchObject({ code: 'result', outcome: 'success', warning: 2 });
  });

  it('writes a mended copy that it has no errors in, which diff knows', async () => {
    const mended = await cli(['lint', 'mine.img', '--fix', '-o', 'mended.img.gz'], { cwd, env });
    expect([mended.exitCode, mended.stderr]).toEqual([0, expect.stringMatching(/cmdline-lines/)]);
    const again = await cli(['lint', 'mended.img.gz', '--json'], { cwd, env });
    expect(lines(again.stdout).at(-1)).toMatchObject({ error: 0 });
    const diff = await cli(['diff', 'mine.img', 'mended.img.gz'], { cwd });
    expect(diff.exitCode).toBe(1);
    expect(diff.stdout).toMatch(/^\+\+\+ b\/boot\/cmdline\.txt$/m);
  });

  it.each([
    [['lint', 'mine.img', '--fix'], 2, /--fix -o OUT/],
    [['lint', 'mine.img', '-o', 'x.img'], 2, /--fix/],
    [['lint', 'mine.img', '--skip', 'wifi-secret'], 2, /wifi-secrets/],
    [['lint', 'mine.img', '--fix', '-o', 'mine.img', '--overwrite'], 7, /base image itself/],
    [['lint', 'none.img'], 4, /none\.img/],
    [['diff', 'mine.img'], 2, /other/],
    [['diff', 'mine.img', 'none.img'], 4, /none\.img/],
  ])('%j exits %d', async (args, exitCode, says) => {
    const run = await cli(args, { cwd });
    expect([run.exitCode, run.stderr]).toEqual([exitCode, expect.stringMatching(says)]);
  });
});

describe('pi-image diff', () => {
  it('exits 0 and says nothing when the images are the same', async () => {
    const run = await cli(['diff', 'demo', 'demo'], { cwd });
    expect([run.exitCode, run.stdout]).toEqual([0, '']);
  });

  it('exits 1 and tells the differences, secrets only when asked for', async () => {
    const run = await cli(['diff', 'demo', 'mine.img'], { cwd });
    expect([run.exitCode, run.stdout]).toEqual([
      1,
      expect.stringMatching(/^Content of \/etc\/wpa_supplicant\//m),
    ]);
    expect(run.stdout).not.toContain(secret);
    const shown = await cli(['diff', 'demo', 'mine.img', '--show-secrets'], { cwd });
    expect(shown.stdout).toContain(`+\tpsk="${secret}"`);
    const brief = await cli(['diff', 'demo', 'mine.img', '-q'], { cwd });
    expect(brief.stdout.split('\n').filter((line) => line !== '')).toHaveLength(2);
  });

  it('gives one object a line with --json', async () => {
    const { stdout, exitCode } = await cli(['diff', 'demo', 'mine.img', '--json'], { cwd });
    const objects = lines(stdout).filter(({ code }) => code === 'difference' || code === 'result');
    expect([exitCode, objects]).toEqual([
      1,
      [
        expect.objectContaining({ path: '/boot/cmdline.txt', change: 'changed' }),
        expect.objectContaining({ content: { kind: 'hidden' } }),
        { code: 'result', outcome: 'success', same: false, added: 0, removed: 0, changed: 2 },
      ],
    ]);
  });
});

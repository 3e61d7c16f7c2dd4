import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { runCache } from '../../../src/cli/commands/cache.ts';
import { obtaining } from '../../fixtures/obtaining.ts';
import { printed } from '../../fixtures/printed.ts';
import { temporaryDirectory } from '../../fixtures/temporary-directory.ts';

const folder = temporaryDirectory();
let count = 0;
const fresh = (): string => path.join(folder, `cache-${count++}`);

const output = async (run: () => Promise<void>): Promise<string> => (await printed(run)).stdout;

describe('pi-image cache', () => {
  it('says where it is', async () => {
    const cacheDir = fresh();
    expect(await output(() => runCache('path', { cacheDir }))).toBe(`${cacheDir}\n`);
    expect(await output(() => runCache('path', { cacheDir, json: true }))).toBe(`{"path":"${cacheDir}"}\n`);
    vi.stubEnv('PI_IMAGE_CACHE_DIR', '/somewhere/else');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await output(() => runCache('path', {}))).toBe('/somewhere/else\n');
  });

  it('lists what is in it, and empties it', async () => {
    const cacheDir = fresh();
    await obtaining(cacheDir).run('demo');
    expect(await output(() => runCache('list', { cacheDir }))).toMatch(
      /^NAME +STATE +ON DISK +LAST USED\ndemo +ready +[\d.]+ [kM]B +20\d\d-\d\d-\d\d\n$/,
    );
    const [item] = JSON.parse(`[${await output(() => runCache('list', { cacheDir, json: true }))}]`);
    expect(item).toMatchObject({ kind: 'image', name: 'demo' });
    expect(await output(() => runCache('clear', { cacheDir }))).toMatch(
      new RegExp(`^Removed 1 image, [\\d.]+ [kM]B, from ${cacheDir}\n$`),
    );
    await expect(readdir(cacheDir)).rejects.toThrow('ENOENT');
  });

  it('prints nothing to standard output when it is empty', async () => {
    const cacheDir = fresh();
    expect(await output(() => runCache('list', { cacheDir }))).toBe('');
    expect(JSON.parse(await output(() => runCache('clear', { cacheDir, json: true })))).toEqual({
      path: cacheDir,
      removed: [],
      kept: [],
    });
  });
});

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openImage } from '../../src/image/open-image.ts';
import { recipePath, recipeSchema } from '../../src/plan/recipe.ts';
import { rawDemo } from '../fixtures/demo.ts';
import { memoryDevice } from '../fixtures/memory-device.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { now, put } from '../lint/context.ts';
import { cli } from './cli.ts';

const cwd = temporaryDirectory();
const env = { SOURCE_DATE_EPOCH: '1700000000', PI_IMAGE_WIFI_PASSWORD: 'correct horse' };

async function imageWith(recipe: string): Promise<string> {
  const bytes = Buffer.from(await rawDemo());
  const { tree } = await openImage(memoryDevice(bytes), { now: () => now });
  put(tree, recipePath, recipe);
  tree.flush();
  await writeFile(path.join(cwd, 'odd.img'), bytes);
  return 'odd.img';
}

beforeAll(async () => {
  const flags = ['--hostname', 'kitchen', '--wifi', 'Home', '--no-docker', '-o', 'kitchen.img.gz'];
  const { exitCode, stderr } = await cli(['build', '--image', 'demo', ...flags], { cwd, env });
  expect(exitCode, stderr).toBe(0);
}, 60_000);

describe('pi-image explain', () => {
  it('tells what was done to a compressed image, and shows no secret', async () => {
    const { exitCode, stdout, stderr } = await cli(['explain', 'kitchen.img.gz'], { cwd });
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/^Built by pi-image \d.*\nfrom {7}demo \(SHA-256 [0-9a-f]{64}\)\n/);
    expect(stdout).toContain('time       2023-11-14T22:13:20.000Z');
    expect(stdout).toMatch(/^ {2}write {5}\/etc\/wpa_supplicant\/wpa_supplicant.conf 0600 0:0 \(hidden\) /m);
    expect(stdout).toMatch(/^ +password: \(hidden\)$/m);
    expect(stdout).not.toContain('correct horse');
  });

  it('gives the recipe in one object with --json, as it is in the image', async () => {
    const { stdout } = await cli(['explain', 'kitchen.img.gz', '--json'], { cwd });
    const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    const { stdout: written } = await cli(['cat', 'kitchen.img.gz', recipePath], { cwd });
    expect(result).toEqual({ code: 'result', outcome: 'success', recipe: JSON.parse(written) });
    expect(recipeSchema.parse(result.recipe).runs).toHaveLength(1);
  });

  it('exits 6 and says so where there is none', async () => {
    const { exitCode, stdout, stderr } = await cli(['explain', 'demo'], { cwd });
    expect([exitCode, stdout]).toEqual([6, '']);
    expect(stderr).toContain('has no recipe');
    const json = await cli(['explain', 'demo', '--json'], { cwd });
    expect(JSON.parse(json.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
      outcome: 'error',
      error: 'image.not-found',
      exitCode: 6,
    });
  });

  it.each([
    ['no JSON', '\u001b]0;owned\u0007', /is not JSON/],
    ['another schema', '{"version":1,"runs":[{"kind":"\\u001b[31m"}]}', /runs\.0\.kind/],
    ['a later version', '{"version":2,"runs":[]}', /newer pi-image/],
    ['5 MiB', ' '.repeat(5 * 2 ** 20), /5242880 bytes/],
  ])('exits 6 for %s, and obeys nothing in it', async (_what, recipe, says) => {
    const { exitCode, stdout, stderr } = await cli(['explain', await imageWith(recipe)], { cwd });
    expect([exitCode, stdout, stderr]).toEqual([6, '', expect.stringMatching(says)]);
    expect(stderr).not.toContain('\u001b');
  });
});

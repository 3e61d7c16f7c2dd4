import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../src/build/build.ts';
import type { PlanOptions } from '../../src/build/options.ts';
import { personalize, planPersonalization } from '../../src/build/personalize.ts';
import { diffImages } from '../../src/diff/diff-images.ts';
import { openFileDevice } from '../../src/image/file-device.ts';
import { openImage } from '../../src/image/open-image.ts';
import { type Recipe, recipePath } from '../../src/plan/recipe.ts';
import { rawDemo } from '../fixtures/demo.ts';
import { memoryDevice } from '../fixtures/memory-device.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { put } from '../lint/context.ts';

const directory = temporaryDirectory();
const now = new Date('2024-05-06T07:08:10Z');
const options = { directory, cacheDirectory: path.join(directory, 'cache'), now, seed: 'seed' };
const published = path.join(directory, 'published.img');
const password = 'correct horse';
const home = { networks: [{ ssid: 'Home', password }] };
const at = (name: string): string => path.join(directory, name);

beforeAll(async () => {
  const settings = { image: 'demo', user: { password: 'something of its own' }, wifi: { country: 'GB' } };
  await build(settings, { ...options, output: published, public: true });
}, 60_000);

async function opened<T>(
  file: string,
  look: (image: Awaited<ReturnType<typeof openImage>>) => T,
): Promise<T> {
  const device = openFileDevice(file, { writable: false });
  try {
    return await look(await openImage(device, { now: () => now }));
  } finally {
    device.close();
  }
}

const textIn = (file: string, name: string) => opened(file, ({ tree }) => tree.readText(name) ?? '');
const recipeIn = async (file: string): Promise<Recipe> => JSON.parse(await textIn(file, recipePath));
const plan = (settings: object, more: PlanOptions & { country?: string } = {}) =>
  planPersonalization({ image: published, ...settings }, { ...options, ...more });

describe('personalize', () => {
  it('adds what is asked for, and its run to the recipe; all else is the same, byte for byte', async () => {
    const settings = { image: published, hostname: 'kitchen', wifi: home };
    const result = await personalize(settings, { ...options, output: at('mine.img') });
    if (process.platform !== 'win32') expect(fs.statSync(result.path).mode & 0o777).toBe(0o600);
    const differing = await opened(published, (one) =>
      opened(result.path, (other) => diffImages(one, other, {})),
    );
    expect(differing.table).toEqual([]);
    expect(differing.entries.map((entry) => entry.path)).toEqual([
      '/etc/hostname',
      '/etc/hosts',
      '/etc/wpa_supplicant/wpa_supplicant.conf',
      recipePath,
    ]);
    expect(await textIn(result.path, '/etc/wpa_supplicant/wpa_supplicant.conf')).toMatch(
      /country=GB[\s\S]*ssid="Home"\n\s+psk=[0-9a-f]{64}\n/,
    );
    const recipe = await recipeIn(result.path);
    expect(recipe.runs[0]).toEqual((await recipeIn(published)).runs[0]);
    expect(recipe.runs.slice(1)).toMatchObject([
      {
        kind: 'personalize',
        base: { name: 'published' },
        settings: { hostname: 'kitchen', wifi: { networks: [{ ssid: 'Home', password: '(hidden)' }] } },
        customizations: ['hostname', 'wifi'],
        firstBoot: [],
      },
    ]);
    expect(await textIn(result.path, recipePath)).not.toContain(password);
  });

  it('does the same twice, in any format, and again on what it made', async () => {
    const settings = { image: published, wifi: home };
    for (const ending of ['img', 'img.gz']) {
      const write = (name: string) =>
        personalize(settings, { ...options, output: at(`${name}/mine.${ending}`), checksums: true });
      for (const folder of ['a', 'b']) fs.mkdirSync(at(folder), { recursive: true });
      expect((await write('a')).sha256).toBe((await write('b')).sha256);
    }
    const again = { image: at('a/mine.img.gz'), wifi: { networks: [{ ssid: 'Hall', password }] } };
    const { path: second } = await personalize(again, { ...options, output: at('second.img') });
    expect((await recipeIn(second)).runs.map(({ kind }) => kind)).toEqual([
      'build',
      'personalize',
      'personalize',
    ]);
    const wifi = await textIn(second, '/etc/wpa_supplicant/wpa_supplicant.conf');
    expect([wifi.includes('Hall'), wifi.includes('Home')]).toEqual([true, false]);
  });

  it('takes the country that the settings say, else that of the recipe, else the one it is given', async () => {
    const countryOf = async (settings: object, more = {}) => {
      const { edits } = await plan(settings, { country: 'FR', ...more });
      return /country=(..)/.exec(JSON.stringify(edits))?.[1];
    };
    expect(await countryOf({ wifi: home })).toBe('GB');
    expect(await countryOf({ wifi: { ...home, country: 'DE' } })).toBe('DE');
    await build({ image: 'demo', wifi: { networks: [] } }, { ...options, output: at('no-country.img') });
    expect(await countryOf({ image: at('no-country.img'), wifi: home })).toBe('FR');
    expect((await plan({ hostname: 'x' }, { country: 'FR' })).edits.map(({ from }) => from)).toEqual([
      'hostname',
      'hostname',
      'recipe',
    ]);
  });

  it('takes a country out of a strange recipe for none', async () => {
    const bytes = fs.readFileSync(published);
    const { tree } = await openImage(memoryDevice(bytes), { now: () => now });
    const [run] = (await recipeIn(published)).runs;
    put(
      tree,
      recipePath,
      JSON.stringify({ version: 1, runs: [{ ...run, settings: { wifi: { country: 'ZZ' } } }] }),
    );
    tree.flush();
    fs.writeFileSync(at('strange.img'), bytes);
    const { advice } = await plan({ image: at('strange.img'), wifi: home });
    expect(advice.map(({ id }) => id)).toContain('wifi.no-country');
  });

  it.each([
    ['nothing', {}, 'usage.invalid'],
    ['only the image', { output: 'x.img' }, 'usage.invalid'],
    ['a mistake', { hostnam: 'x' }, 'spec.invalid'],
    ['an image that pi-image did not build', { image: 'demo', wifi: home }, 'plan.precondition'],
    [
      'a secret that is empty',
      { wifi: { networks: [{ ssid: 'Home', password: { env: 'X' } }] } },
      'spec.secret',
    ],
  ])('refuses %s, and leaves nothing behind', async (_what, settings, code) => {
    const before = fs.readdirSync(directory);
    const secrets = async () => '';
    await expect(
      personalize({ image: published, ...settings }, { ...options, secrets, output: at('none.img') }),
    ).rejects.toMatchObject({ code });
    expect(fs.readdirSync(directory)).toEqual(before);
  });

  it('wants to know which image, and takes none by default', async () => {
    for (const settings of [{ hostname: 'x' }, undefined, null])
      await expect(planPersonalization(settings, options)).rejects.toMatchObject({ code: 'spec.invalid' });
  });

  it('asks for no secret before it knows that the image can be personalized', async () => {
    fs.writeFileSync(at('stock.img'), await rawDemo());
    const asked: string[] = [];
    const secrets = async (_source: unknown, where: string) => {
      asked.push(where);
      return password;
    };
    const wifi = { networks: [{ ssid: 'Home', password: { prompt: 'Password?' } }] };
    await expect(plan({ image: at('stock.img'), wifi }, { secrets })).rejects.toMatchObject({
      code: 'plan.precondition',
    });
    expect(asked).toEqual([]);
    await plan({ wifi }, { secrets });
    expect(asked).toEqual(['wifi.networks.0.password']);
  });
});

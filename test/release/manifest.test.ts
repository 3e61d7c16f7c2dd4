import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import schema from '../../manifest.schema.json' with { type: 'json' };
import type { AppliedEdit } from '../../src/model/applied.ts';
import { type ManifestInputs, makeManifest } from '../../src/release/make-manifest.ts';
import { type Manifest, parseManifest } from '../../src/release/manifest.ts';

const digest = (digit: string): string => digit.repeat(64);
const edit: AppliedEdit = {
  path: '/etc/hostname',
  from: ['hostname', 'files'],
  action: 'changed',
  kind: 'file',
  size: 8,
  mode: 0o100644,
  uid: 0,
  gid: 50,
  sha256: digest('c'),
};
const inputs: ManifestInputs = {
  tool: { name: 'pi-image', version: '1.2.3' },
  base: { name: 'stock', size: 2048, sha256: digest('b'), archiveSha256: digest('d') },
  build: { sourceDateEpoch: 1700000000, seed: 'seed', zeroFree: false, recover: false, public: true },
  settings: { image: 'demo', wifi: { networks: [{ ssid: 'A', password: '(hidden)' }] } },
  hidden: ['wifi.networks.0.password'],
  image: { name: 'kitchen', size: 4096, sha256: digest('a') },
  edits: [edit],
  outputs: [{ name: 'kitchen.img.xz', size: 100, sha256: digest('e') }],
};
const validate = new Ajv2020({ strict: false }).compile(schema);

/** As it is written and read again, and found valid by the published schema on the way. */
function made(more: Partial<ManifestInputs> = {}): Manifest {
  const text = JSON.stringify(makeManifest({ ...inputs, ...more }));
  validate(JSON.parse(text));
  expect(validate.errors).toBeNull();
  return parseManifest(text, 'manifest.json');
}

describe('makeManifest', () => {
  it('tells all that a build was made of and what came out', () => {
    const manifest = made();
    expect(manifest).toMatchObject({ version: 1, settings: inputs.settings, image: inputs.image });
    expect(manifest.edits).toEqual([
      {
        ...{ path: '/etc/hostname', from: ['hostname', 'files'], action: 'changed', kind: 'file' },
        ...{ mode: '0644', uid: 0, gid: 50, size: 8, sha256: digest('c') },
      },
    ]);
    expect(manifest.secrets).toEqual([
      { setting: 'wifi.networks.0.password', environment: 'PI_IMAGE_SECRET_WIFI_NETWORKS_0_PASSWORD' },
    ]);
  });

  it('tells neither digest nor size of what is secret, and of a link where it leads', () => {
    const link: AppliedEdit = { ...edit, kind: 'link', target: '/x', mode: 0o777 };
    const moved: AppliedEdit = { ...edit, kind: 'none', action: 'moved', to: '/y', mode: 0 };
    const { sha256: _, ...rest } = edit;
    const { edits } = made({ edits: [{ ...edit, sensitive: true }, { ...rest, ...link }, moved] });
    expect(edits[0]).toEqual({
      ...{ path: '/etc/hostname', from: ['hostname', 'files'], action: 'changed', kind: 'file' },
      ...{ mode: '0644', uid: 0, gid: 50, sensitive: true },
    });
    expect(edits[1]).toMatchObject({ kind: 'link', target: '/x', mode: '0777' });
    expect(edits[2]).toMatchObject({ kind: 'none', action: 'moved', to: '/y', mode: '0000' });
    expect(edits[2]).not.toHaveProperty('sha256');
  });

  it('names a variable of its own for each secret', () => {
    const { secrets } = made({
      hidden: ['a.token', 'a.TOKEN', 'a-token', 'ü'.repeat(2000), `${'x'.repeat(2000)}`],
    });
    const names = secrets.map(({ environment }) => environment);
    expect(names.slice(0, 3)).toEqual(['', '_2', '_3'].map((end) => `PI_IMAGE_SECRET_A_TOKEN${end}`));
    expect(new Set(names).size).toBe(5);
  });
});

describe('parseManifest', () => {
  const good = makeManifest(inputs);
  const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });

  it('puts up with fields that it does not know', () => {
    expect(parseManifest(JSON.stringify({ ...good, more: 1 }), 'x')).toEqual(good);
  });

  it.each<readonly [string, unknown]>([
    ['another version', { ...good, version: 2 }],
    ['a list', []],
    ['nothing', null],
    ['an output outside of its folder', { ...good, outputs: [{ ...good.outputs[0], name: '../x' }] }],
    ['an output that is a folder', { ...good, outputs: [{ ...good.outputs[0], name: '..' }] }],
    ['an output of Windows', { ...good, outputs: [{ ...good.outputs[0], name: 'a\\b' }] }],
    ['a digest that is none', { ...good, image: { ...good.image, sha256: 'x' } }],
    ['a time without end', { ...good, build: { ...good.build, sourceDateEpoch: 1e300 } }],
    ['a variable that is none', { ...good, secrets: [{ setting: 'a', environment: 'a=b' }] }],
    ['settings without end', { ...good, settings: nested(1000) }],
  ])('refuses %s', (_what, value) => {
    expect(() => parseManifest(JSON.stringify(value), 'x.json')).toThrow(
      expect.objectContaining({ code: 'spec.invalid', message: expect.stringContaining('x.json') }),
    );
  });

  it.each(['{', '', '[1'])('refuses %j, which is no JSON', (text) => {
    expect(() => parseManifest(text, 'x.json')).toThrow(expect.objectContaining({ code: 'spec.invalid' }));
  });
});

import { describe, expect, it } from 'vitest';
import { compareManifests } from '../../src/release/compare.ts';
import { filledSettings } from '../../src/release/fill-settings.ts';
import type { Manifest, ManifestEdit } from '../../src/release/manifest.ts';

const digest = (digit: string): string => digit.repeat(64);
const edit = (path: string, sha256: string): ManifestEdit => ({
  ...{ path, from: ['files'], action: 'created', kind: 'file', mode: '0644', uid: 0, gid: 0 },
  ...{ size: 1, sha256 },
});
const manifest: Manifest = {
  version: 1,
  tool: { name: 'pi-image', version: '1.2.3' },
  base: { name: 'stock', size: 1, sha256: digest('a') },
  build: { sourceDateEpoch: 1, seed: 's', zeroFree: false, recover: false, public: true },
  settings: {},
  secrets: [],
  image: { name: 'kitchen', size: 2, sha256: digest('b') },
  edits: [edit('/a', digest('c')), edit('/b', digest('d'))],
  outputs: [{ name: 'kitchen.zip', size: 3, sha256: digest('e') }],
};

describe('compareManifests', () => {
  it('finds the same the same, whoever judged the image fit for whom', () => {
    const build = { ...manifest.build, public: false };
    expect(compareManifests(manifest, { ...manifest, build })).toEqual({
      ...{ same: true, sameImage: true, outputs: [], edits: [] },
    });
  });

  it.each<readonly [string, Partial<Manifest>, object]>([
    ['another image', { image: { ...manifest.image, sha256: digest('f') } }, { sameImage: false }],
    ['an image of another size', { image: { ...manifest.image, size: 9 } }, { sameImage: false }],
    [
      'another compression',
      { outputs: [{ name: 'kitchen.zip', size: 4, sha256: digest('f') }] },
      { sameImage: true, outputs: [{ name: 'kitchen.zip', expected: digest('e'), actual: digest('f') }] },
    ],
    ['a file missing', { outputs: [] }, { outputs: [{ name: 'kitchen.zip', expected: digest('e') }] }],
    [
      'a file too many',
      { outputs: [...manifest.outputs, { name: 'x', size: 1, sha256: digest('1') }] },
      { outputs: [{ name: 'x', actual: digest('1') }] },
    ],
  ])('finds %s', (_what, actual, found) => {
    expect(compareManifests(manifest, { ...manifest, ...actual })).toMatchObject({ same: false, ...found });
  });

  it('names the paths that are not as they were', () => {
    const edits = [edit('/a', digest('0')), edit('/c', digest('d'))];
    expect(compareManifests(manifest, { ...manifest, edits }).edits).toEqual([
      { name: '/a', expected: manifest.edits[0], actual: edits[0] },
      { name: '/b', expected: manifest.edits[1], actual: undefined },
      { name: '/c', expected: undefined, actual: edits[1] },
    ]);
  });
});

describe('filledSettings', () => {
  const hidden = '(hidden)';

  it('puts texts in by their place, and nowhere else', () => {
    const settings = {
      wifi: { networks: [{ password: hidden }, { password: hidden, ssid: hidden }] },
      containers: [{ environment: { 'a.b': hidden, a: hidden } }],
      user: null,
      list: [1, true],
    };
    const texts = new Map([
      ['wifi.networks.1.password', 'one'],
      ['containers.0.environment.a.b', 'two'],
      ['nowhere.at.all', 'three'],
    ]);
    expect(filledSettings(settings, texts)).toEqual({
      ...settings,
      wifi: { networks: [{ password: hidden }, { password: 'one', ssid: hidden }] },
      containers: [{ environment: { 'a.b': 'two', a: hidden } }],
    });
  });
});

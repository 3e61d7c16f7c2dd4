import { describe, expect, it } from 'vitest';
import { findImage, listImages } from '../../src/source/catalogue.ts';
import { parseCatalogueImage } from '../../src/source/catalogue-image.ts';
import { cataloguePin } from '../../src/source/pin.ts';

const digest = 'ab'.repeat(32);
const entry = {
  name: 'raspbian-buster-2021-05-07',
  title: 'Raspbian Buster',
  codename: 'buster',
  variant: 'desktop',
  arch: 'armhf',
  date: '2021-05-07',
  urls: ['https://downloads.example/image.zip'],
};

describe('parseCatalogueImage', () => {
  it('fills in what may be left out', () => {
    expect(parseCatalogueImage(entry)).toEqual({ ...entry, aliases: [], archive: {}, image: {} });
  });

  it.each([
    ['no object', [], /not an object/],
    ['an unknown key', { ...entry, sha: digest }, /unknown key sha/],
    ['no name', { ...entry, name: undefined }, /name is undefined/],
    ['a name with capitals', { ...entry, name: 'Buster' }, /name is "Buster"/],
    ['an alias with a slash', { ...entry, aliases: ['../x'] }, /aliases\[0\]/],
    ['another variant', { ...entry, variant: 'huge' }, /lite, desktop, full/],
    ['another architecture', { ...entry, arch: 'mips' }, /armhf, arm64/],
    ['plain http', { ...entry, urls: ['http://downloads.example/image.zip'] }, /urls\[0\]/],
    ['no place at all', { ...entry, urls: [] }, /urls or path/],
    ['two places', { ...entry, path: 'a.img' }, /urls or path/],
    ['a path that climbs', { ...entry, urls: [], path: '../a.img' }, /path is/],
    ['a digest that is none', { ...entry, archive: { sha256: 'abc' } }, /archive\.sha256/],
    ['a size that is none', { ...entry, image: { size: -1 } }, /image\.size/],
    ['a size as text', { ...entry, image: { size: '1' } }, /image\.size/],
  ])('refuses %s', (_what, json, says) => {
    expect(() => parseCatalogueImage(json)).toThrow(says);
  });
});

describe('cataloguePin', () => {
  const pin = (more: object) => cataloguePin(parseCatalogueImage({ ...entry, ...more }));
  const inside = 'cd'.repeat(32);
  it.each([
    [
      'the archive, when two agree',
      { archive: { sha256: digest, sources: 2 }, image: { sha256: inside, sources: 9 } },
      digest,
    ],
    [
      'the image, when one says what the archive is',
      { archive: { sha256: digest, sources: 1 }, image: { sha256: inside, sources: 1 } },
      inside,
    ],
    ['the image, when nobody says what the archive is', { image: { sha256: inside, sources: 1 } }, inside],
    ['nothing, when one says what the archive is', { archive: { sha256: digest, sources: 1 } }, undefined],
    ['nothing, when nothing is known', {}, undefined],
    [
      'a file of this package',
      { urls: undefined, path: 'demo/demo.img.xz', archive: { sha256: digest } },
      digest,
    ],
  ])('trusts %s', (_what, more, expected) => {
    expect(pin(more)?.sha256).toBe(expected);
  });
});

describe('findImage', () => {
  it('knows names and aliases', async () => {
    expect((await findImage('demo')).path).toBe('demo/demo.img.xz');
    expect((await findImage('raspios-trixie-lite-arm64')).arch).toBe('arm64');
  });

  it.each([
    ['raspbian-bster', /raspbian-buster/],
    ['raspbian-buster-lit', /raspbian-buster-lite/],
    ['ubuntu', /pi-image images/],
  ])('helps with %s', async (name, help) => {
    await expect(findImage(name)).rejects.toMatchObject({
      code: 'source.unknown-image',
      help: expect.stringMatching(help),
    });
  });
});

describe('listImages', () => {
  it('is sorted by name', async () => {
    const names = (await listImages()).map(({ name }) => name);
    expect(names).toEqual([...names].sort());
  });
});

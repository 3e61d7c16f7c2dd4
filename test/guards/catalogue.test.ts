import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findImage, listImages } from '../../src/source/catalogue.ts';
import { parseCatalogueImage } from '../../src/source/catalogue-image.ts';
import { root } from './source-files.ts';

const folder = path.join(root, 'images');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
const images = await listImages();

/** Every release of Raspbian Buster by its publisher; "full" ended with the last release before Bullseye. */
const busterDates = [
  ...['2019-06-20', '2019-07-10', '2019-09-26', '2020-02-05', '2020-02-13', '2020-05-27', '2020-08-20'],
  ...['2020-12-02', '2021-01-11', '2021-03-04', '2021-05-07', '2021-12-02', '2022-01-28', '2022-04-04'],
  ...['2022-09-06', '2022-09-22', '2023-02-21', '2023-05-03'],
];
const busters = busterDates.flatMap((date) => [
  `raspbian-buster-${date}`,
  `raspbian-buster-lite-${date}`,
  ...(date < '2021-12' ? [`raspbian-buster-full-${date}`] : []),
]);

describe('the catalogue', () => {
  it.each(files)('%s is valid and named like its file', (file) => {
    const image = parseCatalogueImage(JSON.parse(readFileSync(path.join(folder, file), 'utf8')));
    expect(`${image.name}.json`).toBe(file);
  });

  it('has every name and alias once', () => {
    const names = images.flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(busters)('knows %s', (name) => {
    expect(images.map((image) => image.name)).toContain(name);
  });

  it.each(['raspbian-buster', 'raspbian-buster-lite', 'raspbian-buster-full'])(
    '%s is the last release before Bullseye',
    async (alias) => {
      expect((await findImage(alias)).name).toBe(`${alias}-2021-05-07`);
    },
  );

  it.each(images.filter(({ urls }) => urls.length > 0))(
    '$name comes from both hosts of its publisher',
    (image) => {
      const urls = image.urls.map((url) => new URL(url));
      expect(urls.map(({ host }) => host).sort()).toEqual([
        'downloads.raspberrypi.com',
        'downloads.raspberrypi.org',
      ]);
      expect(new Set(urls.map(({ pathname }) => pathname)).size).toBe(1);
      const [, , , upload = ''] = urls[0]?.pathname.split('/') ?? [];
      const file = path.posix.basename(urls[0]?.pathname ?? '');
      expect(upload.slice(-10) >= (image.date ?? '')).toBe(true);
      expect(file).toContain(`${image.date}-`);
      expect(file).toContain(`-${image.codename}`);
      expect(file.includes('-lite'), file).toBe(image.variant === 'lite');
      expect(file.includes('-full'), file).toBe(image.variant === 'full');
      if (image.arch === 'arm64') expect(file).toContain('-arm64');
    },
  );

  it('says of every digest how many sources agree on it', () => {
    for (const { name, archive, image, path } of images) {
      for (const file of path === undefined ? [archive, image] : []) {
        expect(file.sources !== undefined, name).toBe(file.sha256 !== undefined);
      }
    }
  });

  it('gives no digest to two releases', () => {
    const digests = images.flatMap(({ archive, image }) => [archive.sha256, image.sha256].filter(Boolean));
    expect(new Set(digests).size).toBe(digests.length);
  });

  it('pins what lies in the package', () => {
    for (const image of images.filter((one) => one.path !== undefined)) {
      const bytes = readFileSync(path.join(folder, image.path ?? ''));
      expect(bytes.length).toBe(image.archive.size);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(image.archive.sha256);
    }
  });
});

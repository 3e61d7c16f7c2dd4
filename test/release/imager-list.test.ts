import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { type ImagerInputs, imagerList, initFormat } from '../../src/release/imager-list.ts';
import { factsOf, osTrees } from '../fixtures/os-trees.ts';
import { digest, madeManifest } from './made-manifest.ts';

/** What Imager's os-list-schema.json asks of an image in a list, and the forms of what it only calls text. */
const text = { type: 'string', minLength: 1 };
const sha256 = { type: 'string', pattern: '^[0-9a-f]{64}$' };
const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['os_list'],
  properties: {
    imager: { type: 'object' },
    os_list: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: [
          ...['name', 'description', 'icon', 'url', 'extract_size', 'extract_sha256'],
          ...['image_download_size', 'release_date'],
        ],
        properties: {
          name: text,
          description: text,
          icon: text,
          url: { type: 'string', format: 'uri', pattern: '\\.(img|zip|gz|xz)$' },
          extract_size: { type: 'integer', minimum: 1 },
          extract_sha256: sha256,
          image_download_size: { type: 'integer', minimum: 1 },
          image_download_sha256: sha256,
          release_date: { type: 'string', format: 'date' },
          init_format: { enum: ['none', 'systemd', 'cloudinit', 'cloudinit-rpi', 'rpi-preseed'] },
        },
      },
    },
  },
};
const ajv = new Ajv({ allErrors: true });
addFormats.default(ajv);
const validate = ajv.compile(schema);

const os = { id: 'raspbian', prettyName: 'Raspbian GNU/Linux 10 (buster)', bootDir: '/boot' } as const;
const inputs: ImagerInputs = {
  manifest: madeManifest,
  os,
  packages: new Set(),
  url: 'https://example.org/v1',
};

describe('imagerList', () => {
  it('has an entry that Imager takes, for the file that it likes most', () => {
    const list = imagerList(inputs);
    validate(list);
    expect(validate.errors).toBeNull();
    expect(list?.os_list).toEqual([
      {
        name: 'kitchen',
        description: 'Raspbian GNU/Linux 10 (buster): raspbian-buster-lite, edited with pi-image',
        icon: 'icons/use_custom.png',
        url: 'https://example.org/v1/kitchen.zip',
        extract_size: 4096,
        extract_sha256: digest('c'),
        image_download_size: 11,
        image_download_sha256: digest('2'),
        release_date: '2024-05-06',
        init_format: 'systemd',
      },
    ]);
  });

  it.each([
    ['https://example.org/v1/', 'a b#.img.xz', 'https://example.org/v1/a%20b%23.img.xz'],
    ['https://example.org/', '../x.img', 'https://example.org/..%2Fx.img'],
  ])('joins %s and %s', (url, name, joined) => {
    const image = { ...madeManifest.image, name: name.replace(/\.img.*$/, '') };
    const manifest = { ...madeManifest, image, outputs: [{ name, size: 1, sha256: digest('1') }] };
    const list = imagerList({ ...inputs, manifest, url, title: 'My Kitchen' });
    expect(list?.os_list[0]).toMatchObject({ url: joined, name: 'My Kitchen' });
  });

  it('is none where there is no file that Imager reads', () => {
    const outputs = [{ name: 'kitchen.pipatch', size: 1, sha256: digest('1') }];
    expect(imagerList({ ...inputs, manifest: { ...madeManifest, outputs } })).toBeUndefined();
  });
});

describe('initFormat', () => {
  it.each([
    ['Raspbian', os, [], 'systemd'],
    [
      'a Raspberry Pi OS of 64 bits',
      { ...os, id: 'debian', release: { date: '2024-07-04', stage: 'stage2' } },
      [],
      'systemd',
    ],
    [
      'one with /boot/firmware',
      { ...os, bootDir: '/boot/firmware' as const },
      ['raspberrypi-sys-mods'],
      'systemd',
    ],
    ['one where nothing looks there', { ...os, bootDir: '/boot/firmware' as const }, [], 'none'],
    ['Debian', { ...os, id: 'debian' }, [], 'none'],
    ['Ubuntu', { ...os, id: 'ubuntu' }, ['cloud-init'], 'cloudinit'],
    ['Trixie of 2025-11', os, ['cloud-init', 'rpi-cloud-init-mods', 'raspberrypi-sys-mods'], 'cloudinit-rpi'],
    ['an image for rpi-preseed', os, ['rpi-preseed', 'cloud-init'], 'rpi-preseed'],
  ])('of %s', (_name, facts, packages, format) => {
    expect(initFormat(facts, new Set(packages))).toBe(format);
  });

  it('is one for every release of Raspberry Pi OS', () => {
    for (const make of Object.values(osTrees)) {
      expect(initFormat(factsOf(make()), new Set(['raspberrypi-sys-mods']))).toBe('systemd');
    }
  });
});

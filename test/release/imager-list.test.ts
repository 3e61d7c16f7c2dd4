import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { imagerTags } from '../../src/release/imager-devices.ts';
import { type ImagerInputs, imagerList, initFormat } from '../../src/release/imager-list.ts';
import { factsOf, osTrees } from '../fixtures/os-trees.ts';
import { digest, madeManifest } from './made-manifest.ts';

/** What Imager's os-list-schema.json asks of an image in a list, and the forms of what it only calls text. */
const text = { type: 'string', minLength: 1 };
const sha256 = { type: 'string', pattern: '^[0-9a-f]{64}$' };
const tags = { type: 'array', minItems: 1, items: { enum: [...imagerTags] } };
const schema = {
  type: 'object',
  additionalProperties: false,
  required: ['os_list'],
  properties: {
    imager: {
      type: 'object',
      additionalProperties: false,
      required: ['devices'],
      properties: {
        devices: {
          type: 'array',
          minItems: 2,
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['name', 'tags', 'description', 'matching_type'],
            properties: {
              name: text,
              tags: { type: 'array', items: text },
              icon: { type: 'string', format: 'uri' },
              description: text,
              matching_type: { enum: ['exclusive', 'inclusive'] },
            },
          },
        },
      },
    },
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
          devices: tags,
          architecture: { enum: ['armhf', 'armv8'] },
          website: { type: 'string', format: 'uri' },
        },
      },
    },
  },
};
const ajv = new Ajv({ allErrors: true });
addFormats.default(ajv);
const validate = ajv.compile(schema);

const os: ImagerInputs['os'] = {
  ...{ id: 'raspbian', prettyName: 'Raspbian GNU/Linux 10 (buster)', bootDir: '/boot', arch: 'armhf' },
  bootFiles: ['kernel.img', 'kernel7.img', 'bcm2708-rpi-b-plus.dtb', 'bcm2710-rpi-3-b.dtb'],
};
const inputs: ImagerInputs = {
  manifest: madeManifest,
  os,
  namesKernel: false,
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
        devices: ['pi3-32bit', 'pi1-32bit'],
        architecture: 'armhf',
      },
    ]);
    expect(list?.imager?.devices.map(({ name }) => name)).toEqual([
      ...['Raspberry Pi 3', 'Raspberry Pi 1', 'No filtering'],
    ]);
  });

  it('says what its publisher says', () => {
    const own = {
      ...{ title: 'Kitchen Pi', description: 'Cooks.', website: 'https://example.org/' },
      ...{ icon: 'https://example.org/icon.svg', devices: ['pi4-64bit'] },
    };
    const list = imagerList({ ...inputs, ...own });
    validate(list);
    expect(validate.errors).toBeNull();
    const { title: name, ...rest } = own;
    expect(list?.os_list[0]).toMatchObject({ name, ...rest });
    expect(list?.imager?.devices.map((device) => device.name)).toEqual(['Raspberry Pi 4', 'No filtering']);
  });

  it('names no boards where nothing says on which it starts', () => {
    const list = imagerList({ ...inputs, os: { ...os, bootFiles: ['u-boot.bin'] } });
    validate(list);
    expect(validate.errors).toBeNull();
    expect(list).not.toHaveProperty('imager');
    expect(list?.os_list[0]).not.toHaveProperty('devices');
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

import { existsSync } from 'node:fs';
import path from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { Ajv2019 } from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { openBase } from '../../src/build/open-base.ts';
import type { AppliedEdit } from '../../src/model/applied.ts';
import { bytesSource } from '../../src/model/content.ts';
import { readInstalled } from '../../src/packages/installed.ts';
import { cycloneDx } from '../../src/release/cyclonedx.ts';
import { type Inventory, ownFiles } from '../../src/release/inventory.ts';
import { spdx } from '../../src/release/spdx.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { spdxSchema } from './spdx-schema.ts';

const root = path.resolve(import.meta.dirname, '../..');
const realBase = path.join(root, '../shared/base/buster-like-armhf.img.xz');
const cacheDirectory = path.join(temporaryDirectory(), 'cache');

const ajv = new Ajv2019({ allErrors: true });
addFormats.default(ajv);
const validateSpdx = ajv.compile(spdxSchema);
const cycloneDxValidator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);

const digest = (digit: string): string => digit.repeat(64);
const edit: AppliedEdit = {
  path: '/etc/hostname',
  from: ['hostname'],
  action: 'changed',
  kind: 'file',
  size: 8,
  mode: 0o644,
  uid: 0,
  gid: 0,
  sha256: digest('c'),
};

async function inventory(status: string, more: Partial<Inventory> = {}): Promise<Inventory> {
  return {
    image: { name: 'kitchen', size: 4096, sha256: digest('a') },
    base: { name: 'stock', size: 2048, sha256: digest('b') },
    os: { id: 'raspbian', version: 10, prettyName: 'Raspbian GNU/Linux 10 (buster)' },
    packages: await readInstalled(bytesSource(Buffer.from(status))),
    files: ownFiles([edit]),
    tool: { name: 'pi-image', version: '1.2.3' },
    time: new Date('2024-05-06T07:08:09.123Z'),
    ...more,
  };
}

/** What tests look at in a component, package or relationship. */
interface Part {
  readonly type: string;
  readonly name: string;
  readonly 'bom-ref': string;
  readonly SPDXID: string;
  readonly externalRefs?: readonly { readonly referenceLocator: string }[];
  readonly primaryPackagePurpose?: string;
  readonly relationshipType: string;
  readonly relatedSpdxElement: string;
}

/** As they are written: what JSON cannot hold is gone. */
async function documents(of: Inventory) {
  const [bom, document] = [JSON.stringify(cycloneDx(of)), JSON.stringify(spdx(of))];
  expect(await cycloneDxValidator.validate(bom)).toBeNull();
  validateSpdx(JSON.parse(document));
  expect(validateSpdx.errors).toBeNull();
  return { bom: JSON.parse(bom), document: JSON.parse(document) };
}

const paragraph = (name: string, lines = ''): string =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: armhf\nVersion: 1:2.0+b1~rc\n${lines}\n`;

describe('a bill of materials', () => {
  it('names each package by its address, and what it was built of', async () => {
    const status = [
      paragraph(
        'libstdc++6',
        'Maintainer: Debian GCC <gcc@example.org>\nSource: gcc-8 (8.3.0-6)\nHomepage: http://gcc.gnu.org/',
      ),
      paragraph('adduser', 'Source: adduser-source'),
      paragraph('removed').replace('install ok installed', 'deinstall ok config-files'),
    ].join('\n');
    const { bom, document } = await documents(await inventory(status));
    const purls = [
      'pkg:deb/raspbian/adduser@1:2.0+b1~rc?arch=armhf&distro=raspbian-10',
      'pkg:deb/raspbian/libstdc%2B%2B6@1:2.0+b1~rc?arch=armhf&distro=raspbian-10',
    ];
    const packages = bom.components.filter(({ type }: Part) => type === 'library');
    expect(packages).toMatchObject([
      { name: 'adduser', version: '1:2.0+b1~rc', purl: purls[0] },
      {
        name: 'libstdc++6',
        purl: purls[1],
        publisher: 'Debian GCC <gcc@example.org>',
        externalReferences: [{ type: 'website', url: 'http://gcc.gnu.org/' }],
        properties: [
          { value: 'armhf' },
          { name: 'pi-image:source-package', value: 'gcc-8' },
          { value: '8.3.0-6' },
        ],
      },
    ]);
    expect(packages[0].properties[2]).toEqual({ name: 'pi-image:source-version', value: '1:2.0+b1~rc' });
    const debs = document.packages.filter(({ externalRefs }: Part) => externalRefs);
    expect(debs.map((one: Part) => one.externalRefs?.[0]?.referenceLocator)).toEqual(purls);
    expect(debs[1]).toMatchObject({
      versionInfo: '1:2.0+b1~rc',
      originator: 'Person: Debian GCC (gcc@example.org)',
      sourceInfo: 'built of gcc-8 8.3.0-6',
    });
  });

  it('tells what it is made of, and puts everything into it once', async () => {
    const { bom, document } = await documents(await inventory(paragraph('a') + paragraph('b')));
    expect(bom.metadata).toMatchObject({
      timestamp: '2024-05-06T07:08:09Z',
      tools: { components: [{ name: 'pi-image', version: '1.2.3', purl: 'pkg:npm/pi-image@1.2.3' }] },
      component: {
        name: 'kitchen.img',
        hashes: [{ content: digest('a') }],
        pedigree: { ancestors: [{ name: 'stock.img', hashes: [{ content: digest('b') }] }] },
      },
    });
    const refs = bom.components.map((one: Part) => one['bom-ref']);
    expect(new Set(refs).size).toBe(4);
    expect(bom.dependencies).toEqual([{ ref: 'image', dependsOn: refs }]);
    const ids = document.packages.map((one: Part) => one.SPDXID);
    expect(new Set(ids).size).toBe(5);
    const contained = document.relationships.filter((one: Part) => one.relationshipType === 'CONTAINS');
    expect(contained.map((one: Part) => one.relatedSpdxElement)).toEqual(ids.slice(2));
    expect(document.relationships[1]).toEqual({
      spdxElementId: 'SPDXRef-Image',
      relationshipType: 'DESCENDANT_OF',
      relatedSpdxElement: 'SPDXRef-Base',
    });
  });

  it('lists the files of the build, without a digest for what must stay secret', async () => {
    const edits: AppliedEdit[] = [
      { ...edit, path: '/etc/secret', sensitive: true, sha256: digest('d'), action: 'created' },
      edit,
      { ...edit, path: '/etc/same', action: 'unchanged' },
      { ...edit, path: '/etc/gone', action: 'removed', kind: 'none' },
      { ...edit, path: '/etc/folder', action: 'created', kind: 'directory' },
      { ...edit, path: '/etc/link', action: 'created', kind: 'link', target: '/x' },
    ];
    const { bom, document } = await documents(await inventory('', { files: ownFiles(edits) }));
    expect(bom.components.filter(({ type }: Part) => type === 'file')).toEqual([
      {
        type: 'file',
        'bom-ref': 'file:/etc/hostname',
        name: '/etc/hostname',
        hashes: [{ alg: 'SHA-256', content: digest('c') }],
        properties: [{ name: 'pi-image:customization', value: 'hostname' }],
      },
      expect.objectContaining({ name: '/etc/secret', properties: expect.any(Array) }),
    ]);
    expect(JSON.stringify([bom, document])).not.toContain(digest('d'));
    const files = document.packages.filter((one: Part) => one.primaryPackagePurpose === 'FILE');
    expect(files.map((one: Part) => one.name)).toEqual(['/etc/hostname', '/etc/secret']);
  });

  it('is the same for the same image, whatever the order of its packages, and another for another image', async () => {
    const one = await inventory(paragraph('a') + paragraph('b'));
    const other = await inventory(paragraph('b') + paragraph('a'));
    expect(await documents(other)).toEqual(await documents(one));
    const next = await documents({ ...one, image: { ...one.image, sha256: digest('e') } });
    const { bom, document } = await documents(one);
    expect(next.bom.serialNumber).not.toBe(bom.serialNumber);
    expect(next.document.documentNamespace).not.toBe(document.documentNamespace);
  });

  it.each([
    ['no maintainer in brackets', 'Maintainer: nobody'],
    ['one that is all brackets', 'Maintainer: <((>'],
    ['a home that is none', 'Homepage: look around'],
    ['a home with brackets', 'Homepage: http://example.org/<x>'],
    ['a source that is none', 'Source: (((('],
  ])('is valid with %s', async (_what, lines) => {
    await documents(await inventory(paragraph('a', lines)));
  });

  it('is valid for packages whose names look alike in an id, and for a system without a name', async () => {
    const { document } = await documents(
      await inventory(paragraph('a+') + paragraph('a-') + paragraph('a+b'), {
        os: { id: '', version: 0, prettyName: '' },
      }),
    );
    const ids = document.packages.map((one: Part) => one.SPDXID);
    expect(new Set(ids).size).toBe(ids.length);
    expect(JSON.stringify(document)).toContain('pkg:deb/debian/a%2B@1:2.0+b1~rc?arch=armhf"');
  });
});

describe.each([
  ['the demonstration image', 'demo', 20],
  ['a real system', realBase, 200],
])('the bill of materials of %s', (_name, image, least) => {
  it.skipIf(path.isAbsolute(image) && !existsSync(image))('has every package that dpkg lists', async () => {
    using opened = await openBase({ image, directory: root }, { cacheDirectory });
    const { tree, os } = opened.image;
    const text = tree.readText('/var/lib/dpkg/status') ?? '';
    const { bom, document } = await documents(await inventory(text, { os }));
    const listed = text.split('\n\n').flatMap((one) => {
      const [, name] = /^Package: (.*)$/m.exec(one) ?? [];
      return /^Status: .* installed$/m.test(one) && name ? [name] : [];
    });
    expect(listed.length).toBeGreaterThan(least);
    const named = bom.components.filter((one: Part) => one.type === 'library').map((one: Part) => one.name);
    expect(named.sort()).toEqual(listed.sort());
    expect(document.packages).toHaveLength(listed.length + 3);
  });
});

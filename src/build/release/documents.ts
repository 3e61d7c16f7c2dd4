import { createHash } from 'node:crypto';
import { packageVersion } from '../../content/package-version.ts';
import type { ImageDiff } from '../../diff/image-diff.ts';
import { type InstalledPackage, readInstalled } from '../../packages/installed.ts';
import { cycloneDx } from '../../release/cyclonedx.ts';
import { type ImagerOptions, imagerList } from '../../release/imager-list.ts';
import { type Inventory, ownFiles } from '../../release/inventory.ts';
import { makeManifest } from '../../release/make-manifest.ts';
import type { Manifest } from '../../release/manifest.ts';
import { releaseNotes } from '../../release/notes.ts';
import { type Byproduct, provenance } from '../../release/provenance.ts';
import { spdx } from '../../release/spdx.ts';
import type { RedactedConfig } from '../../spec/redacted-config.ts';
import type { MadeImage } from '../make-image.ts';
import type { ReleaseFile } from './files.ts';

/** What the documents tell besides what the image itself says. */
export interface DocumentInputs extends Pick<Manifest, 'base' | 'build' | 'image'> {
  readonly shown: RedactedConfig;
  readonly outputs: readonly ReleaseFile[];
  readonly now: Date;
  /** Of the base image and the finished one. */
  readonly diff: ImageDiff;
  /** For a list of Raspberry Pi Imager; without it there is none. */
  readonly imager: ImagerOptions | undefined;
}

export interface ReleaseDocuments {
  readonly manifest: Manifest;
  /** File name → content. */
  readonly texts: Readonly<Record<string, string>>;
}

/** The documents of a release: the same build gives the same, byte for byte. */
export async function releaseDocuments(
  { image: opened, edits }: Pick<MadeImage, 'image' | 'edits'>,
  inputs: DocumentInputs,
): Promise<ReleaseDocuments> {
  const { base, build, image, shown, outputs, now, diff, imager } = inputs;
  const tool = { name: 'pi-image', version: packageVersion() };
  const { settings, hidden } = shown;
  const manifest = makeManifest({
    ...{ tool, base, build, settings, hidden, image, edits },
    outputs: outputs.map(({ name, size, sha256 }) => ({ name, size, sha256 })),
  });
  const packages = await installedIn(opened);
  const { os } = opened;
  const inventory: Inventory = {
    ...{ image, base, tool, os, packages, time: now },
    files: ownFiles(edits),
  };
  const facts = {
    'manifest.json': json(manifest),
    'sbom.cdx.json': json(cycloneDx(inventory)),
    'sbom.spdx.json': json(spdx(inventory)),
  };
  const names = new Set(packages.map(({ name }) => name));
  const list =
    imager && imagerList({ ...imager, manifest, os, packages: names, namesKernel: namesKernel(opened) });
  return {
    manifest,
    texts: {
      ...facts,
      'provenance.json': json(provenance(manifest, byproductsOf(facts))),
      ...(list && { 'rpi-imager.json': json(list) }),
      'release-notes.md': releaseNotes({ manifest, system: os.prettyName, diff }),
    },
  };
}

function byproductsOf(texts: Readonly<Record<string, string>>): readonly Byproduct[] {
  return Object.entries(texts).map(([name, text]) => ({
    name,
    sha256: createHash('sha256').update(text).digest('hex'),
  }));
}

/** Whether config.txt says what the kernel is called. */
function namesKernel({ tree, os }: MadeImage['image']): boolean {
  const text = Buffer.from(tree.read(`${os.bootDir}/config.txt`) ?? []).toString('latin1');
  return /^\s*kernel\s*=/m.test(text);
}

/** A system without dpkg has no Debian packages. */
async function installedIn({ tree }: MadeImage['image']): Promise<readonly InstalledPackage[]> {
  const status = tree.open('/var/lib/dpkg/status');
  return status ? readInstalled(status) : [];
}

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

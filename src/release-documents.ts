import { packageVersion } from './content/package-version.ts';
import type { MadeImage } from './make-image.ts';
import { type InstalledPackage, readInstalled } from './packages/installed.ts';
import { cycloneDx } from './release/cyclonedx.ts';
import { type Inventory, ownFiles } from './release/inventory.ts';
import { makeManifest } from './release/make-manifest.ts';
import type { Manifest } from './release/manifest.ts';
import { spdx } from './release/spdx.ts';
import type { ReleaseFile } from './release-files.ts';
import type { RedactedConfig } from './spec/redacted-config.ts';

/** What the documents tell besides what the image itself says. */
export interface DocumentInputs extends Pick<Manifest, 'base' | 'build' | 'image'> {
  readonly shown: RedactedConfig;
  readonly outputs: readonly ReleaseFile[];
  readonly now: Date;
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
  const { base, build, image, shown, outputs, now } = inputs;
  const tool = { name: 'pi-image', version: packageVersion() };
  const { settings, hidden } = shown;
  const manifest = makeManifest({
    ...{ tool, base, build, settings, hidden, image, edits },
    outputs: outputs.map(({ name, size, sha256 }) => ({ name, size, sha256 })),
  });
  const inventory: Inventory = {
    ...{ image, base, tool, time: now },
    os: opened.os,
    packages: await installedIn(opened),
    files: ownFiles(edits),
  };
  return {
    manifest,
    texts: {
      'manifest.json': json(manifest),
      'sbom.cdx.json': json(cycloneDx(inventory)),
      'sbom.spdx.json': json(spdx(inventory)),
    },
  };
}

/** A system without dpkg has no Debian packages. */
async function installedIn({ tree }: MadeImage['image']): Promise<readonly InstalledPackage[]> {
  const status = tree.open('/var/lib/dpkg/status');
  return status ? readInstalled(status) : [];
}

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

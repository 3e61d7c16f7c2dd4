import { createHash } from 'node:crypto';
import { fullName, loadedName } from '../model/container-reference.ts';
import { PiImageError } from '../model/errors.ts';
import type { Blob, PulledImage } from './pull.ts';

/**
 * The files of an archive that `docker load` takes, by their names in it: manifest.json for Docker of any age
 * (`docker save` format 1.2) and, over the same blobs, an OCI layout for Docker with containerd's image store, which
 * keeps the digests. Blobs that images share are there once. The same images give the same files.
 */
export function imageLayout(images: readonly PulledImage[]): ReadonlyMap<string, Uint8Array | Blob> {
  const names = new Set<string>();
  for (const { reference } of images) {
    const name = loadedName(reference);
    if (names.has(name))
      throw new PiImageError('plan.conflict', `the container image ${name} is given twice`);
    names.add(name);
  }
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: images.map(ociEntry),
  };
  const files: [string, Uint8Array | Blob][] = [
    ...images.flatMap(({ config, layers }) => [config, ...layers].map((one) => blobEntry(one))),
    ...images.map(({ manifest }): [string, Uint8Array] => [blobName(digestOf(manifest)), manifest]),
    ['manifest.json', json(images.map(dockerEntry))],
    ['index.json', json(index)],
    ['oci-layout', json({ imageLayoutVersion: '1.0.0' })],
  ];
  return new Map(files.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function json(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

function blobEntry(blob: Blob): [string, Blob] {
  return [blobName(blob.digest), blob];
}

function dockerEntry({ reference, config, layers }: PulledImage): unknown {
  return {
    Config: blobName(config.digest),
    RepoTags: [loadedName(reference)],
    Layers: layers.map(({ digest }) => blobName(digest)),
  };
}

/** With the annotations by which containerd and Docker find the name again. */
function ociEntry({ reference, manifest, mediaType, platform }: PulledImage): unknown {
  const name = fullName(reference);
  return {
    mediaType,
    digest: digestOf(manifest),
    size: manifest.length,
    annotations: {
      'io.containerd.image.name': name,
      'org.opencontainers.image.ref.name': name.slice(name.lastIndexOf(':') + 1),
    },
    platform,
  };
}

function blobName(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

import path from 'node:path';
import type { Manifest } from './manifest.ts';
import { toolUrl } from './package-url.ts';

type Json = Readonly<Record<string, unknown>>;

/** What says how the parameters are to be read. */
const buildType = 'pkg:npm/pi-image#docs/release.md';

/** A file that the provenance goes with. */
export interface Byproduct {
  readonly name: string;
  /** Hex. */
  readonly sha256: string;
}

/**
 * What a release was made of and by what, as an in-toto statement with the predicate of SLSA provenance v1
 * (https://slsa.dev/spec/v1.0/provenance). It is not signed: whoever runs the build does that. Pure.
 */
export function provenance(manifest: Manifest, byproducts: readonly Byproduct[]): Json {
  const { tool, build, settings, outputs } = manifest;
  const { seed, sourceDateEpoch, ...options } = build;
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: outputs.map(descriptor),
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType,
        externalParameters: { settings, options },
        internalParameters: { seed, sourceDateEpoch },
        resolvedDependencies: [...baseOf(manifest), ...packagesIn(manifest)].map(descriptor),
      },
      runDetails: {
        builder: { id: toolUrl(tool), version: { [tool.name]: tool.version } },
        byproducts: byproducts.map(descriptor),
      },
    },
  };
}

const descriptor = ({ name, sha256 }: Byproduct) => ({ name, digest: { sha256 } });

function baseOf({ base: { name, sha256, archiveSha256 } }: Manifest): readonly Byproduct[] {
  const raw = { name: `${name}.img`, sha256 };
  return archiveSha256 === undefined ? [raw] : [{ name, sha256: archiveSha256 }, raw];
}

/** Debian packages that were fetched and put into the image as they are. */
function packagesIn({ edits }: Manifest): readonly Byproduct[] {
  return edits.flatMap(({ path: file, sha256 }) =>
    sha256 !== undefined && file.endsWith('.deb') ? [{ name: path.posix.basename(file), sha256 }] : [],
  );
}

import { isDeepStrictEqual } from 'node:util';
import type { Manifest, ManifestEdit } from './manifest.ts';

/** Something that did not come out as it was; undefined on the side that has no such thing. */
export interface ManifestDifference<T> {
  readonly name: string;
  readonly expected: T | undefined;
  readonly actual: T | undefined;
}

export interface ManifestComparison {
  /** The image and all its files are, byte for byte, the same. */
  readonly same: boolean;
  /** The raw image is the same, however it is compressed. */
  readonly sameImage: boolean;
  /** SHA-256 of files of the release, by name. */
  readonly outputs: readonly ManifestDifference<string>[];
  /** What was done to a path, by path. */
  readonly edits: readonly ManifestDifference<ManifestEdit>[];
}

/** What a second build came to, beside the first. Pure. */
export function compareManifests(expected: Manifest, actual: Manifest): ManifestComparison {
  const sameImage =
    expected.image.size === actual.image.size && expected.image.sha256 === actual.image.sha256;
  const outputs = differences(digests(expected), digests(actual));
  const edits = differences(byPath(expected), byPath(actual));
  return { same: sameImage && outputs.length === 0, sameImage, outputs, edits };
}

const digests = ({ outputs }: Manifest) => new Map(outputs.map(({ name, sha256 }) => [name, sha256]));
const byPath = ({ edits }: Manifest) => new Map(edits.map((edit) => [edit.path, edit]));

function differences<T>(
  expected: ReadonlyMap<string, T>,
  actual: ReadonlyMap<string, T>,
): readonly ManifestDifference<T>[] {
  return [...new Set([...expected.keys(), ...actual.keys()])]
    .map((name) => ({ name, expected: expected.get(name), actual: actual.get(name) }))
    .filter((one) => !isDeepStrictEqual(one.expected, one.actual));
}

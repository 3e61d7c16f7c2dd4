import type { LintFinding } from '../lint/lint-image.ts';

/** A file that the build wrote. */
export interface Artifact {
  /** Absolute. */
  readonly path: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Hex. */
  readonly sha256?: string;
}

/** The base image, as far as it is known. */
export interface BaseFacts {
  readonly name: string;
  /** Of the file as it was given or downloaded; hex. */
  readonly sha256?: string;
  readonly url?: string;
  /** Date of its release. */
  readonly version?: string;
}

export interface ActionResult {
  readonly base: BaseFacts;
  readonly hostname: string;
  /** The images, in the order of the formats asked for; none when nothing was built. */
  readonly artifacts: readonly Artifact[];
  readonly blockMap?: string;
  readonly checksums?: string;
  readonly manifest?: string;
  readonly cycloneDx?: string;
  readonly spdx?: string;
  readonly provenance?: string;
  readonly notes?: string;
  readonly imagerList?: string;
  /** Everything in the folder of a release, images first. */
  readonly released?: readonly Artifact[];
  readonly findings?: readonly LintFinding[];
  /** As JSON. */
  readonly plan?: string;
  /** What the base image would be downloaded as: where it is kept, and under which digest; hex. */
  readonly download?: { readonly folder: string; readonly sha256: string };
  readonly release?: { readonly id: number; readonly url: string };
  readonly milliseconds: number;
}

/** Every output of the action, as data: action.yml and the table in docs/github-action.md are made of it. */
export const actionOutputs = {
  'image-path': 'absolute path of the image; of several formats, the raw image or else the first',
  'image-name': 'its file name',
  'image-size': 'its size in bytes',
  'image-sha256': 'its SHA-256',
  'image-sha256sum': 'the same, for workflows that come from rpi-image-modifier',
  'compressed-path': 'absolute path of the first compressed image; empty when there is none',
  'compressed-size': 'its size in bytes',
  'compressed-sha256': 'its SHA-256',
  images: 'all images as JSON: a list of `{path, name, size, sha256}`',
  artifacts: 'the same of everything in a release, images first; without a release, of the images',
  'checksums-path': 'absolute path of SHA256SUMS; for `subject-checksums` of actions/attest-build-provenance',
  'bmap-path': 'absolute path of the block map',
  'manifest-path': 'absolute path of manifest.json, of a release',
  'sbom-path': 'absolute path of its bill of materials in CycloneDX',
  'sbom-spdx-path': 'absolute path of its bill of materials in SPDX',
  'provenance-path':
    'absolute path of its provenance, for `predicate-path` of actions/attest after `jq .predicate`',
  'release-notes-path': 'absolute path of its notes, in Markdown',
  'rpi-imager-json': 'absolute path of its list for Raspberry Pi Imager',
  'base-image-name': 'name of the base image',
  'base-image-sha256': 'SHA-256 of the base image as downloaded',
  'base-image-url': 'where the catalogue has it from; empty for your own files and URLs',
  'base-image-version': 'date of its release, from the catalogue',
  'cache-key': 'key for actions/cache, with `only-cache-key`; empty when nothing has to be downloaded',
  'cache-path': 'folder for actions/cache, with `only-cache-key`',
  hostname: 'name of the Pi on the network',
  'lint-report': 'what lint found in the finished image, as a JSON list; empty with `lint: off`',
  'release-id': 'id of the release that the images went to',
  'release-url': 'its page',
  plan: 'the plan as JSON, with `dry-run`',
  'duration-ms': 'how long it took, in milliseconds',
} as const;

export type ActionOutput = keyof typeof actionOutputs;

/** What later steps read; '' where there is nothing to say. Pure. */
export function outputsOf(result: ActionResult): Readonly<Record<ActionOutput, string>> {
  const { artifacts, base } = result;
  const isRaw = ({ name }: Artifact) => name.toLowerCase().endsWith('.img');
  const image = artifacts.find(isRaw) ?? artifacts[0];
  const compressed = artifacts.find((one) => !isRaw(one));
  return {
    'image-path': image?.path ?? '',
    'image-name': image?.name ?? '',
    'image-size': text(image?.size),
    'image-sha256': image?.sha256 ?? '',
    'image-sha256sum': image?.sha256 ?? '',
    'compressed-path': compressed?.path ?? '',
    'compressed-size': text(compressed?.size),
    'compressed-sha256': compressed?.sha256 ?? '',
    images: JSON.stringify(artifacts),
    artifacts: JSON.stringify(result.released ?? artifacts),
    'checksums-path': result.checksums ?? '',
    'bmap-path': result.blockMap ?? '',
    'manifest-path': result.manifest ?? '',
    'sbom-path': result.cycloneDx ?? '',
    'sbom-spdx-path': result.spdx ?? '',
    'provenance-path': result.provenance ?? '',
    'release-notes-path': result.notes ?? '',
    'rpi-imager-json': result.imagerList ?? '',
    'base-image-name': base.name,
    'base-image-sha256': base.sha256 ?? '',
    'base-image-url': base.url ?? '',
    'base-image-version': base.version ?? '',
    'cache-key': result.download ? `pi-image-base-${result.download.sha256}` : '',
    'cache-path': result.download?.folder ?? '',
    hostname: result.hostname,
    'lint-report': result.findings ? JSON.stringify(result.findings) : '',
    'release-id': text(result.release?.id),
    'release-url': result.release?.url ?? '',
    plan: result.plan ?? '',
    'duration-ms': String(Math.round(result.milliseconds)),
  };
}

const text = (value: number | undefined): string => (value === undefined ? '' : String(value));

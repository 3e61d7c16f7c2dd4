import type { BuildEvent } from '../model/events.ts';
import type { CatalogueImage } from './catalogue-image.ts';

type TrustedBy = Extract<BuildEvent, { code: 'base.trusted' }>['by'];

/** What a base image is checked against before anything is done with it, and why that is trusted. */
export interface Pin {
  readonly by: Exclude<TrustedBy, 'none'>;
  /** Whether the digest is that of the file as it is downloaded, or of the raw image inside. */
  readonly of: 'archive' | 'image';
  /** Hex, small letters. */
  readonly sha256: string;
  /** For people: what the digest is and where it comes from, to follow "was checked against". */
  readonly origin: string;
}

/** So many independent places must agree on the digest of an archive before it is believed. */
const enoughSources = 2;

export function givenPin(sha256: string): Pin {
  return { by: 'given', of: 'archive', sha256, origin: 'the SHA-256 that was given for it' };
}

/** The digest that this package knows for an image, the archive's before the image's; undefined when it knows none. */
export function cataloguePin({ archive, image, path }: CatalogueImage): Pin | undefined {
  if (archive.sha256 && path !== undefined) {
    const origin = 'the SHA-256 that pi-image has for this file of its own';
    return { by: 'pinned-archive', of: 'archive', sha256: archive.sha256, origin };
  }
  const sources = archive.sources ?? 0;
  if (archive.sha256 && sources >= enoughSources) {
    const origin = `the SHA-256 that pi-image knows for the archive (${sources} independent sources agree)`;
    return { by: 'pinned-archive', of: 'archive', sha256: archive.sha256, origin };
  }
  if (!image.sha256) return undefined;
  const origin = 'the SHA-256 that pi-image knows for the unpacked image';
  return { by: 'pinned-image', of: 'image', sha256: image.sha256, origin };
}

export function publisherPin(sha256: string, host: string): Pin {
  const origin = `the SHA-256 ${sha256} that ${host} gives for it; from now on it is remembered`;
  return { by: 'publisher', of: 'archive', sha256, origin };
}

/** `since` as an ISO 8601 time. */
export function rememberedPin(sha256: string, since: string): Pin {
  const origin = `the SHA-256 that its publisher gave on ${since.slice(0, 10)}`;
  return { by: 'remembered', of: 'archive', sha256, origin };
}

export function trustEvent(title: string, { by, sha256, origin }: Pin): BuildEvent {
  return { code: 'base.trusted', by, sha256, message: `${title} was checked against ${origin}` };
}

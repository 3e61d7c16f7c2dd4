import type { ByteSource } from '../model/content.ts';
import { PiImageError } from '../model/errors.ts';
import { type Paragraph, paragraphs } from './control.ts';
import { type Package, packageFields, packageOf } from './package.ts';

export interface InstalledPackage extends Package {
  /** Held back by its owner (`apt-mark hold`): stays as it is. */
  readonly held: boolean;
  /** `Name <address>`, as the package says it. */
  readonly maintainer?: string;
  /** Where the project that it packages is at home. */
  readonly homepage?: string;
  /** The source package it was built of, where that has another name or version. */
  readonly source?: { readonly name: string; readonly version: string };
}

const pieceSize = 256 * 1024;
/** A full desktop has about 3 MB of it. */
const largestStatus = 256 * 1024 * 1024;
/** States in which a package counts for dependencies (dpkg(1)). */
const working = new Set(['installed', 'triggers-awaited', 'triggers-pending']);
const fields = new Set([...packageFields, 'status', 'maintainer', 'homepage', 'source']);

/** What is installed in the image, by its /var/lib/dpkg/status. */
export async function readInstalled(status: ByteSource): Promise<readonly InstalledPackage[]> {
  if (status.size > largestStatus) {
    throw new PiImageError(
      'image.not-supported',
      "the image's list of installed packages is unreasonably long",
    );
  }
  const found: InstalledPackage[] = [];
  const what = '/var/lib/dpkg/status';
  for await (const paragraph of paragraphs(what, pieces(status), fields)) {
    const [want, , state] = (paragraph.get('status') ?? '').split(' ');
    if (!working.has(state ?? '')) continue;
    const one = packageOf(paragraph, what);
    found.push({ ...one, held: want === 'hold', ...originOf(paragraph, one.version) });
  }
  return found;
}

/** Only what is said of where a package comes from; `Source:` names a version in brackets when it is another. */
function originOf(
  paragraph: Paragraph,
  ownVersion: string,
): Pick<InstalledPackage, 'maintainer' | 'homepage' | 'source'> {
  const maintainer = paragraph.get('maintainer');
  const homepage = paragraph.get('homepage');
  const [, name, version = ownVersion] =
    /^([a-z0-9][a-z0-9+.-]*)(?: \(([^\s()]+)\))?$/.exec(paragraph.get('source') ?? '') ?? [];
  return {
    ...(maintainer && { maintainer }),
    ...(homepage && { homepage }),
    ...(name !== undefined && { source: { name, version } }),
  };
}

/** A file from front to back. */
export function* pieces(source: ByteSource): Generator<Uint8Array> {
  for (let position = 0; position < source.size; position += pieceSize) {
    const piece = Buffer.alloc(Math.min(pieceSize, source.size - position));
    source.readInto(piece, position);
    yield piece;
  }
}

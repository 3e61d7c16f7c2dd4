import { createHash } from 'node:crypto';
import type { AppliedEdit } from '../model/applied.ts';
import type { OsFacts } from '../model/os.ts';
import type { InstalledPackage } from '../packages/installed.ts';

/** A program and its release. */
export interface Tool {
  readonly name: string;
  readonly version: string;
}

/** A raw image: what is written to a card. */
export interface RawImage {
  /** Without an ending: `kitchen`. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
}

/** A file that the build put into the image, or changed there. */
export interface OwnFile {
  readonly path: string;
  /** Hex; not there for what must not be known, since a short secret can be guessed from its digest. */
  readonly sha256?: string;
  /** Customizations that had a part in it. */
  readonly from: readonly string[];
}

/** What an image consists of, for a bill of materials. */
export interface Inventory {
  readonly image: RawImage;
  readonly base: RawImage;
  readonly os: Pick<OsFacts, 'id' | 'version' | 'prettyName'>;
  /** Debian packages that are installed in it, in any order. */
  readonly packages: readonly InstalledPackage[];
  readonly files: readonly OwnFile[];
  readonly tool: Tool;
  /** Build time. */
  readonly time: Date;
}

/** Of all edits those that left a file with content, by path. */
export function ownFiles(edits: readonly AppliedEdit[]): readonly OwnFile[] {
  return edits
    .filter(({ kind, action }) => kind === 'file' && (action === 'created' || action === 'changed'))
    .map(({ path, sha256, sensitive, from }) => ({
      path,
      ...(sha256 !== undefined && !sensitive && { sha256 }),
      from,
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** A UUID (version 8 of RFC 9562) that is a function of a text, so that the same build says the same. */
export function uuidOf(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** ISO 8601 in UTC without fractions of a second. */
export function timeText(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Whether a text of a package is an address that readers of the documents accept as one. */
export function isWebAddress(text: string | undefined): text is string {
  return text !== undefined && /^https?:\/\/[\w.~:/?#@!$&'()*+,;=%[\]-]+$/.test(text) && URL.canParse(text);
}

import { createHash } from 'node:crypto';
import type { ByteSource } from '../model/content.ts';
import type { ContentDifference } from './image-diff.ts';
import { unifiedHunks } from './unified.ts';
import type { Pair, Side } from './walk.ts';

export interface ContentOptions {
  /** Show content that the Pi keeps from other accounts, passwords and keys among it. @default false */
  readonly secrets?: boolean;
}

const pieceSize = 256 * 1024;
/** Longer texts are compared as binary files. */
const longestText = 1024 * 1024;
const pieces = [new Uint8Array(pieceSize), new Uint8Array(pieceSize)] as const;

/** Compares two files byte by byte, up to the first that differs: nothing less is proof. */
export function isSameContent({ before, after }: Pair): boolean {
  const [one, other] = [open(before), open(after)];
  if (one.size !== other.size) return false;
  for (let position = 0; position < one.size; position += pieceSize) {
    const length = Math.min(pieceSize, one.size - position);
    const [a, b] = [pieces[0].subarray(0, length), pieces[1].subarray(0, length)];
    one.readInto(a, position);
    other.readInto(b, position);
    if (Buffer.compare(a, b) !== 0) return false;
  }
  return true;
}

/** What to tell about two files that are not the same. */
export function contentDifference(pair: Pair, { secrets = false }: ContentOptions): ContentDifference {
  if (!secrets && [pair.before, pair.after].some((side) => side && isSecret(side, pair.path))) {
    return { kind: 'hidden' };
  }
  const [before, after] = [open(pair.before), open(pair.after)];
  const [old, now] = [textOf(before), textOf(after)];
  if (old !== undefined && now !== undefined) return { kind: 'text', patch: unifiedHunks(old, now) };
  return { kind: 'binary', before: digestOf(before), after: digestOf(after) };
}

/** Files that set a Pi up hold passwords, and FAT has no modes that would say so. */
const setUp = /^(?:wpa_supplicant|userconf|firstrun|custom\.toml|rpi-preseed|user-data|network-config)/i;

function isSecret({ format, entry, reachable }: Side, path: string): boolean {
  if (format.startsWith('fat')) return setUp.test(path.slice(path.lastIndexOf('/') + 1));
  return !reachable || (entry.mode & 0o004) === 0;
}

function open(side: Side | undefined): ByteSource {
  if (!side) throw new Error('only files that are on both sides are compared');
  return side.entry.open();
}

/** Undefined for what is no text: too long, not UTF-8, or with a NUL in it. */
function textOf(source: ByteSource): string | undefined {
  if (source.size > longestText) return undefined;
  const bytes = new Uint8Array(source.size);
  source.readInto(bytes, 0);
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function digestOf(source: ByteSource): string {
  const hash = createHash('sha256');
  for (let position = 0; position < source.size; position += pieceSize) {
    const piece = pieces[0].subarray(0, Math.min(pieceSize, source.size - position));
    source.readInto(piece, position);
    hash.update(piece);
  }
  return hash.digest('hex');
}

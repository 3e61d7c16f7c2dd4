import { volumeErrors } from '../volume-errors.ts';

export const longestName = 255;
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Names are bytes on disk. Those that are not UTF-8 become lone surrogates U+DC80…U+DCFF, one for each byte that
 * does not fit, so that every name has a string of its own that leads back to it (as Python's `surrogateescape`).
 */
export function decodeName(bytes: Uint8Array): string {
  // Nearly all names, and several times as fast.
  if (isAscii(bytes)) return latin1Slice.call(bytes, 0, bytes.length);
  try {
    return strict.decode(bytes);
  } catch {
    return decodeLoosely(bytes);
  }
}

const { latin1Slice } = Buffer.prototype as unknown as {
  latin1Slice: (this: Uint8Array, start: number, end: number) => string;
};

function isAscii(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) if (bytes[at]! >= 0x80) return false;
  return true;
}

function decodeLoosely(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at]!;
    const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    try {
      text += strict.decode(bytes.subarray(at, Math.min(at + length, bytes.length)));
      at += length;
    } catch {
      text += String.fromCharCode(0xdc00 + first);
      at += 1;
    }
  }
  return text;
}

/** The bytes of a name or link target; throws `image.name` for text that stands for no bytes. */
export function encodeName(text: string): Uint8Array {
  if (!/[\ud800-\udfff]/.test(text)) return Buffer.from(text, 'utf8');
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0)!;
    if (point >= 0xdc80 && point <= 0xdcff) bytes.push(point - 0xdc00);
    else if (point >= 0xd800 && point <= 0xdfff) throw volumeErrors.name(text, 'it is not well-formed text');
    else bytes.push(...Buffer.from(character, 'utf8'));
  }
  return Uint8Array.from(bytes);
}

/** The bytes of a name that is about to be made. */
export function encodeNewName(name: string): Uint8Array {
  if (name.includes('\0')) throw volumeErrors.name(name, 'it contains a NUL');
  if (name === '' || name === '.' || name === '..' || name.includes('/'))
    throw volumeErrors.name(name, 'it is not a name');
  const bytes = encodeName(name);
  if (bytes.length > longestName) throw volumeErrors.name(name, `more than ${longestName} bytes`);
  return bytes;
}

export function isSameName(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

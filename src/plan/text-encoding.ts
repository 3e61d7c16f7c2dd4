import { PiImageError } from '../model/errors.ts';

interface DecodedText {
  readonly value: string;
  encode(text: string, path: string): Buffer;
}

/**
 * Text of a file as a string and back, losing no byte: UTF-8 where it is valid, else one character a byte,
 * because a GECOS field or a comment in Latin-1 must survive an edit of another line.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  try {
    const value = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { value, encode: (text) => Buffer.from(text) };
  } catch {
    return { value: Buffer.from(bytes).toString('latin1'), encode: encodeLatin1 };
  }
}

function encodeLatin1(text: string, path: string): Buffer {
  for (const character of text) {
    if ((character.codePointAt(0) ?? 0) > 0xff) {
      throw new PiImageError(
        'plan.unsuitable',
        `${path} is not UTF-8 text, so "${character}" cannot be put into it`,
      );
    }
  }
  return Buffer.from(text, 'latin1');
}

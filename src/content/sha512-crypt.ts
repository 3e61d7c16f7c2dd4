import { createHash } from 'node:crypto';
import { PiImageError } from '../model/errors.ts';

const rounds = 5000;
const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * The `$6$` hash of a password for /etc/shadow, as crypt(3) makes it (akkadia.org/drepper/SHA-crypt.txt).
 * Every Debian since 2008 takes it; Buster does not know the newer `$y$`. Salt: 1 to 16 of `[./0-9A-Za-z]`.
 * Our own because npm `unixcrypt` 3.0.4 gives wrong hashes for passwords of 64 and 128 bytes.
 */
export function sha512Crypt(password: string, salt: string): string {
  if (!/^[./0-9A-Za-z]{1,16}$/.test(salt)) throw new Error('a salt is 1 to 16 of ./0-9A-Za-z');
  const key = Buffer.from(password);
  if (key.includes(0)) throw new PiImageError('spec.secret', 'a password cannot hold a NUL byte');
  const saltBytes = Buffer.from(salt);

  const alternate = sha512(key, saltBytes, key);
  const parts = [key, saltBytes, stretch(alternate, key.length)];
  for (let bits = key.length; bits > 0; bits >>>= 1) parts.push(bits & 1 ? alternate : key);
  let digest = sha512(...parts);

  const p = stretch(sha512(...repeat(key, key.length)), key.length);
  const s = stretch(sha512(...repeat(saltBytes, 16 + (digest[0] ?? 0))), saltBytes.length);
  for (let round = 0; round < rounds; round++) {
    const odd = round % 2 === 1;
    digest = sha512(odd ? p : digest, round % 3 ? s : empty, round % 7 ? p : empty, odd ? digest : p);
  }
  return `$6$${salt}$${encode(digest)}`;
}

/** 16 characters of salt from 12 random bytes. */
export function saltFrom(bytes: Uint8Array): string {
  const bits = Buffer.from(bytes.subarray(0, 12));
  return bits.toString('base64').replaceAll('+', '.').slice(0, 16);
}

/** Whether a hash of /etc/shadow is that of `raspberry`, the password of every image until 2022. */
export function isDefaultPassword(hash: string): boolean {
  const salt = /^\$6\$([./0-9A-Za-z]{1,16})\$[./0-9A-Za-z]{86}$/.exec(hash)?.[1];
  if (salt === undefined) return false;
  if (lastAsked?.salt !== salt) lastAsked = { salt, hash: sha512Crypt('raspberry', salt) };
  return lastAsked.hash === hash;
}

/** One image is asked several times, and a fleet for each device; the hash is slow on purpose. */
let lastAsked: { readonly salt: string; readonly hash: string } | undefined;

const empty = Buffer.alloc(0);

function sha512(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha512');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

const repeat = (bytes: Buffer, times: number): Buffer[] => Array.from({ length: times }, () => bytes);

/** `length` bytes of a digest, begun again as often as needed. */
function stretch(digest: Buffer, length: number): Buffer {
  return length === 0 ? empty : Buffer.alloc(length, digest);
}

/** Base 64 of crypt(3): three bytes 21 apart, each time rotated by one, least significant six bits first. */
function encode(digest: Buffer): string {
  let text = '';
  for (let i = 0; i < 21; i++) {
    const bytes = [i, i + 21, i + 42].map((at) => digest[at] ?? 0);
    const turn = i % 3;
    const [a = 0, b = 0, c = 0] = [...bytes.slice(turn), ...bytes.slice(0, turn)];
    text += digits((a << 16) | (b << 8) | c, 4);
  }
  return text + digits(digest[63] ?? 0, 2);
}

function digits(value: number, count: number): string {
  return Array.from({ length: count }, (_, i) => alphabet[(value >>> (6 * i)) & 63]).join('');
}

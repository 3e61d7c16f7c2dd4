import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { createOverlay, type Overlay } from '../../src/image/overlay.ts';
import type { Code, CodeStore } from '../../src/model/code.ts';
import type { Sink } from '../../src/output/content.ts';
import { memoryDevice } from '../fixtures/memory-device.ts';

/** Bytes that look like those of an image: stretches of zeros, of text and of noise, the same for the same seed. */
export function imageBytes(size: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(size);
  let state = seed;
  const random = (limit: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  for (let at = 0; at < size; ) {
    const length = Math.min(1 + random(200_000), size - at);
    const kind = random(3);
    if (kind === 1) bytes.fill(`line ${at} of a text that compresses\n`, at, at + length);
    if (kind === 2) {
      for (let i = 0; i < length; i += 32) {
        createHash('sha256')
          .update(`${seed}:${at}:${i}`)
          .digest()
          .copy(bytes, at + i, 0, Math.min(32, length - i));
      }
    }
    at += length;
  }
  return bytes;
}

/** An overlay over bytes in memory, with nothing changed yet. */
export function overlayOf(bytes: Uint8Array): Overlay {
  return createOverlay(memoryDevice(bytes));
}

export interface MemorySink extends Sink {
  readonly bytes: Buffer;
}

/** Collects what is written, gaps as zeros. */
export function memorySink(): MemorySink {
  let bytes = Buffer.alloc(0);
  return {
    get bytes() {
      return bytes;
    },
    async write(piece, position) {
      const end = Math.max(bytes.length, position + piece.length);
      bytes = Buffer.concat([bytes], end);
      bytes.set(piece, position);
    },
  };
}

/** Keeps codes while a test runs. */
export function memoryStore(): CodeStore & { readonly codes: Map<string, Code> } {
  const codes = new Map<string, Code>();
  return {
    codes,
    read: async (name) => codes.get(name),
    write: async (name, { bytes, figure }) => void codes.set(name, { bytes: bytes.slice(), figure }),
  };
}

export interface Change {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** Writes to somewhere in an image of `size` bytes; of zeros often, because they may become holes. */
export function changes(size: number): fc.Arbitrary<readonly Change[]> {
  const change = fc
    .record({
      position: fc.integer({ min: 0, max: size - 1 }),
      length: fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: size })),
      value: fc.constantFrom(0, 0, 1, 255),
    })
    .map(({ position, length, value }) => ({
      position,
      bytes: new Uint8Array(Math.min(length, size - position)).fill(value),
    }));
  return fc.array(change, { maxLength: 12 });
}

export const quiet = { progress: () => {} };
/** For what encodes. */
export const quietly = { ...quiet, check: true, splitAtEdits: true };

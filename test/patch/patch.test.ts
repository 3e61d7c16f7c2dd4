import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { extendedDevice } from '../../src/image/extended-device.ts';
import { createOverlay } from '../../src/image/overlay.ts';
import { PiImageError } from '../../src/model/errors.ts';
import { applyPatch, readPatch } from '../../src/patch/decode.ts';
import { encodePatch } from '../../src/patch/encode.ts';
import { checksumLength, fixedLength } from '../../src/patch/layout.ts';
import { memoryDevice } from '../fixtures/memory-device.ts';

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();
const size = 40 * 4096 + 100;
const base = Buffer.from(Array.from({ length: size }, (_, index) => (index * 7) % 251));
const identity = { size, sha256: sha256(base).toString('hex') };

interface Write {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** What writes make of the base, and the patch that says so. */
function patched(writes: readonly Write[], isPrivate = false) {
  const overlay = createOverlay(memoryDevice(Buffer.from(base)));
  for (const { position, bytes } of writes) overlay.writeFrom(bytes.subarray(0, size - position), position);
  const wanted = Buffer.alloc(size);
  overlay.readInto(wanted, 0);
  return { wanted, patch: Buffer.concat([...encodePatch(overlay, { base: identity, isPrivate })]) };
}

function apply(patch: Uint8Array): Buffer {
  const file = memoryDevice(patch);
  const header = readPatch(file);
  const image = createOverlay(extendedDevice(memoryDevice(Buffer.from(base)), header.result.size));
  applyPatch(file, header, image);
  const result = Buffer.alloc(size);
  image.readInto(result, 0);
  return result;
}

/** A patch with some bytes changed, and its own checksum put right again, as somebody hostile would. */
function forged(patch: Buffer, change: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.from(patch.subarray(0, -checksumLength));
  change(bytes);
  return Buffer.concat([bytes, sha256(bytes)]);
}

const anyWrites = fc.array(
  fc.record({
    position: fc.nat(size - 1),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 9000 }),
  }),
  { maxLength: 6 },
);
const two = patched([
  { position: 5000, bytes: Buffer.from('kitchen') },
  { position: 100_000, bytes: Buffer.from('garden') },
]);
const firstRange = fixedLength;
const secondRange = fixedLength + 16;

test('a patch of any edits makes of the base what the edits made of it', () => {
  fc.assert(
    fc.property(anyWrites, fc.boolean(), (writes, isPrivate) => {
      const { wanted, patch } = patched(writes, isPrivate);
      expect(readPatch(memoryDevice(patch))).toMatchObject({ base: identity, isPrivate, result: { size } });
      expect(apply(patch).equals(wanted)).toBe(true);
    }),
  );
});

test('the same edits give the same patch', () => {
  const writes = [{ position: 1, bytes: Buffer.from('a') }];
  expect(patched(writes).patch).toEqual(patched(writes).patch);
});

test('content larger than one block comes back whole', () => {
  const large = Buffer.alloc(3 * 2 ** 20 + 5, 'not all the same ');
  const overlay = createOverlay(memoryDevice(4 * 2 ** 20));
  overlay.writeFrom(large, 8192);
  const origin = { size: overlay.size, sha256: sha256(Buffer.alloc(overlay.size)).toString('hex') };
  const patch = Buffer.concat([...encodePatch(overlay, { base: origin, isPrivate: false })]);
  const result = memoryDevice(overlay.size);
  applyPatch(memoryDevice(patch), readPatch(memoryDevice(patch)), result);
  expect(Buffer.from(result.bytes.subarray(8192, 8192 + large.length)).equals(large)).toBe(true);
  expect(patch.length).toBeLessThan(large.length / 20);
});

describe('a damaged patch', () => {
  it('is refused wherever a byte was changed', () => {
    const { patch } = two;
    for (let at = 0; at < patch.length; at++) {
      const bytes = Buffer.from(patch);
      bytes[at]! ^= 0x10;
      expect(() => readPatch(memoryDevice(bytes)), `byte ${at}`).toThrow(PiImageError);
    }
  });

  it('is refused wherever it was cut off', () => {
    for (let length = 0; length < two.patch.length; length++) {
      expect(() => readPatch(memoryDevice(two.patch.subarray(0, length)))).toThrow(PiImageError);
    }
  });
});

describe('a forged patch', () => {
  const number = (at: number, value: bigint) => (bytes: Buffer) => void bytes.writeBigUInt64LE(value, at);

  it.each<[string, (bytes: Buffer) => void, RegExp]>([
    ['another version', (bytes) => void bytes.writeUInt16LE(2, 12), /version/],
    ['an unknown flag', (bytes) => void bytes.writeUInt16LE(2, 14), /version/],
    ['an enormous result', number(56, 2n ** 63n), /2 TiB/],
    ['a result smaller than its base', number(56, 10n), /smaller than its base/],
    ['more ranges than fit into it', number(96, 2n ** 40n), /cut off/],
    ['fewer ranges than content', number(96, 1n), /damaged/],
    ['an empty range', number(firstRange + 8, 0n), /empty/],
    ['a range beyond the end', number(secondRange + 8, BigInt(size)), /behind the image/],
    ['a range that starts beyond the end', number(secondRange, BigInt(size + 1)), /behind the image/],
    ['overlapping ranges', number(secondRange, 5000n), /overlap/],
    ['a range elsewhere', number(secondRange, 110_592n), /not what it says/],
    ['a larger range', number(secondRange + 8, 8192n), /wrong size/],
    ['another base', (bytes) => void bytes.writeUInt8(bytes[30]! ^ 1, 30), /not what it says/],
    ['a block longer than the file', (b) => void b.writeUInt32LE(2 ** 32 - 1, fixedLength + 32), /cut off/],
    ['a block that is no deflate', (bytes) => void bytes.fill(0xff, fixedLength + 36), /decompressed/],
  ])('with %s is refused', (_what, change, message) => {
    expect(() => apply(forged(two.patch, change))).toThrow(message);
  });

  it('with bytes behind its content is refused', () => {
    const longer = Buffer.concat([two.patch.subarray(0, -checksumLength), Buffer.from('more')]);
    expect(() => apply(Buffer.concat([longer, sha256(longer)]))).toThrow(/more than its ranges/);
  });

  it('gives only errors of ours, or nothing else than the result, whatever was changed in it', () => {
    const anyPlace = fc.nat(two.patch.length - checksumLength - 1);
    fc.assert(
      fc.property(fc.array(fc.tuple(anyPlace, fc.nat(255)), { minLength: 1, maxLength: 8 }), (changes) => {
        const patch = forged(two.patch, (bytes) => {
          for (const [at, value] of changes) bytes[at] = value;
        });
        try {
          expect(apply(patch).equals(two.wanted)).toBe(true);
        } catch (error) {
          if (!PiImageError.is(error)) throw error;
        }
      }),
      { numRuns: 3000 },
    );
  });
});

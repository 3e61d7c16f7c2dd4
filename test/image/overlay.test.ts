import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createOverlay, type Overlay } from '../../src/image/overlay.ts';
import { emptyDevice, memoryDevice } from '../fixtures/memory-device.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

const directory = temporaryDirectory();
const mebibyte = 1024 * 1024;

function read(overlay: Overlay, position = 0, length = overlay.size - position): Buffer {
  const bytes = Buffer.alloc(length);
  overlay.readInto(bytes, position);
  return bytes;
}

/** The base with the dirty runs laid over it: what a writer of the output makes. */
function merged(base: Uint8Array, overlay: Overlay): Buffer {
  const bytes = Buffer.from(base);
  for (const run of overlay.dirtyRuns()) {
    let position = run.position;
    for (const piece of overlay.readDirty(run)) {
      bytes.set(piece, position);
      position += piece.length;
    }
    expect(position).toBe(run.position + run.length);
  }
  return bytes;
}

describe.each([
  ['in memory', 64 * mebibyte],
  ['spilling all the time', 3 * 4096],
])('%s', (_, spillAfter) => {
  test('shows any sequence of writes, leaves the base alone, and its runs add up to the same', () => {
    const size = 300_001;
    const writes = fc.array(
      fc.record({
        position: fc.integer({ min: 0, max: size }),
        length: fc.oneof(fc.integer({ min: 0, max: 9000 }), fc.integer({ min: 0, max: 150_000 })),
        value: fc.integer({ min: 1, max: 255 }),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(writes, (list) => {
        const original = Uint8Array.from({ length: size }, (_, i) => (i * 7) & 0xff);
        const base = memoryDevice(original.slice());
        const overlay = createOverlay(base, { spillAfter, spillDirectory: directory });
        const expected = Buffer.from(original);
        for (const { position, length, value } of list) {
          const bytes = new Uint8Array(Math.min(length, size - position)).fill(value);
          overlay.writeFrom(bytes, position);
          expected.set(bytes, position);
          const from = Math.max(0, position - 5000);
          const to = Math.min(size, position + 5000);
          expect(read(overlay, from, to - from).equals(expected.subarray(from, to))).toBe(true);
        }
        expect(read(overlay).equals(expected)).toBe(true);
        expect(merged(original, overlay).equals(expected)).toBe(true);
        expect(Buffer.from(base.bytes).equals(original)).toBe(true);
        const runs = [...overlay.dirtyRuns()];
        expect(runs.reduce((sum, run) => sum + run.length, 0)).toBe(overlay.dirtyBytes);
        for (const [i, run] of runs.entries()) {
          const before = runs[i - 1];
          if (before !== undefined) expect(before.position + before.length).toBeLessThan(run.position);
        }
        overlay.discard();
        expect(overlay.dirtyBytes).toBe(0);
        expect(read(overlay).equals(original)).toBe(true);
        overlay.close();
      }),
      { numRuns: 60 },
    );
    expect(fs.readdirSync(directory)).toEqual([]);
  });
});

test('runs are sorted, merged, and cut at the end of an odd-sized image', () => {
  const overlay = createOverlay(memoryDevice(5 * 4096 + 100));
  overlay.writeFrom(Uint8Array.of(1), 5 * 4096 + 99);
  overlay.writeFrom(Uint8Array.of(1), 2 * 4096);
  overlay.writeFrom(Uint8Array.of(1, 2), 4096 - 1);
  expect([...overlay.dirtyRuns()]).toEqual([
    { position: 0, length: 3 * 4096 },
    { position: 5 * 4096, length: 100 },
  ]);
  expect(overlay.dirtyBytes).toBe(3 * 4096 + 100);
});

test('refuses to leave the image', () => {
  const overlay = createOverlay(memoryDevice(100));
  expect(() => overlay.writeFrom(new Uint8Array(2), 99)).toThrow(
    expect.objectContaining({ code: 'image.damaged' }),
  );
  expect(() => overlay.readInto(new Uint8Array(2), 99)).toThrow(
    expect.objectContaining({ code: 'image.damaged' }),
  );
});

test('reads ahead, and keeps what it read', () => {
  const reads: number[] = [];
  const base = memoryDevice(mebibyte);
  const overlay = createOverlay({
    ...base,
    readInto(target, position) {
      reads.push(position, target.length);
      base.readInto(target, position);
    },
  });
  for (let position = 0; position < 128 * 1024; position += 512) read(overlay, position, 512);
  read(overlay, 0, 512);
  expect(reads).toEqual([0, 65536, 65536, 65536]);
});

test('the temporary file is private and goes away with the overlay', () => {
  const own = fs.mkdtempSync(path.join(directory, 'private-'));
  const overlay = createOverlay(emptyDevice(mebibyte), { spillAfter: 4096, spillDirectory: own });
  overlay.writeFrom(new Uint8Array(mebibyte).fill(7), 0);
  if (process.platform === 'linux') {
    const open = openFilesBelow(own).map((link) => fs.statSync(link).mode & 0o777);
    expect(open).toEqual([0o600]);
    expect(fs.readdirSync(own)).toEqual([]);
  }
  expect(read(overlay).every((byte) => byte === 7)).toBe(true);
  overlay.close();
  expect(fs.readdirSync(own)).toEqual([]);
});

test('a directory for the temporary file that cannot be written is told', () => {
  const overlay = createOverlay(emptyDevice(mebibyte), {
    spillAfter: 4096,
    spillDirectory: path.join(directory, 'missing'),
  });
  expect(() => overlay.writeFrom(new Uint8Array(mebibyte), 0)).toThrow(
    expect.objectContaining({ code: 'output.failed', message: expect.stringContaining('missing') }),
  );
});

test('large streams do not grow the memory', () => {
  const overlay = createOverlay(emptyDevice(512 * mebibyte), {
    spillAfter: 8 * mebibyte,
    spillDirectory: directory,
  });
  const piece = new Uint8Array(mebibyte);
  const before = process.memoryUsage();
  for (let i = 0; i < 256; i++) overlay.writeFrom(piece.fill(i), i * mebibyte);
  const after = process.memoryUsage();
  expect(after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed).toBeLessThan(
    64 * mebibyte,
  );
  expect(overlay.dirtyBytes).toBe(256 * mebibyte);
  expect(read(overlay, 100 * mebibyte - 1, 2)).toEqual(Buffer.of(99, 100));
  overlay.close();
});

/** Our open files by the links that Linux shows them as; the listing's own is gone when it is looked at. */
function openFilesBelow(place: string): readonly string[] {
  return fs
    .readdirSync('/proc/self/fd')
    .map((descriptor) => `/proc/self/fd/${descriptor}`)
    .filter((link) => targetOf(link).startsWith(place));
}

function targetOf(link: string): string {
  try {
    return fs.readlinkSync(link, 'utf8');
  } catch {
    return '';
  }
}

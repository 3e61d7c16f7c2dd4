import { createHash } from 'node:crypto';
import { copyFile, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extendedDevice } from '../../src/image/extended-device.ts';
import { createOverlay } from '../../src/image/overlay.ts';
import { openDraft } from '../../src/output/draft.ts';
import { writeRaw } from '../../src/output/raw.ts';
import { emptyDevice, memoryDevice } from '../fixtures/memory-device.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { changes, imageBytes, memorySink, overlayOf, quiet } from './contents.ts';

const directory = temporaryDirectory();
const size = 9_000_001;
const base = imageBytes(size);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A sink that holds the base already, as a clone does. */
function cloneSink() {
  const sink = memorySink();
  return { sink, ready: sink.write(base, 0) };
}

async function extend(sink: ReturnType<typeof memorySink>, length: number): Promise<void> {
  if (sink.bytes.length < length) await sink.write(new Uint8Array(1), length - 1);
}

describe('a raw image', () => {
  it('is larger than its base where it was made larger, in a clone too', async () => {
    const larger = createOverlay(extendedDevice(memoryDevice(base), size + 5000));
    larger.writeFrom(Buffer.from('changed'), size + 10);
    const expected = Buffer.concat([base, Buffer.alloc(5000)]);
    expected.write('changed', size + 10);
    const { sink, ready } = cloneSink();
    await ready;
    const target = { holdsBase: true, resize: (length: number) => extend(sink, length), write: sink.write };
    await writeRaw(larger, target, { ...quiet, digest: false });
    expect(sink.bytes.equals(expected)).toBe(true);
  });

  it('is the base with the changes laid over, written whole or into a clone', async () => {
    await fc.assert(
      fc.asyncProperty(changes(size), fc.boolean(), fc.boolean(), async (list, holdsBase, digest) => {
        const overlay = overlayOf(base);
        const expected = Buffer.from(base);
        for (const { position, bytes } of list) {
          overlay.writeFrom(bytes, position);
          expected.set(bytes, position);
        }
        const { sink, ready } = holdsBase ? cloneSink() : { sink: memorySink(), ready: undefined };
        await ready;
        const resize = (length: number) => extend(sink, length);
        const target = { holdsBase, resize, write: sink.write };
        const told = await writeRaw(overlay, target, { ...quiet, digest });
        expect(sink.bytes.equals(expected)).toBe(true);
        expect(told).toBe(digest ? sha256(expected) : undefined);
      }),
      { numRuns: 25 },
    );
  });

  it('has holes where there is nothing', async () => {
    const bytes = Buffer.alloc(16 << 20);
    bytes.fill('boot', 0, 100_000);
    bytes.fill('root', 9 << 20, (9 << 20) + 5);
    await using draft = await openDraft(
      { path: path.join(directory, 'holes.img'), overwrite: false },
      { isPrivate: false },
    );
    await writeRaw(overlayOf(bytes), draft, { ...quiet, digest: false });
    await draft.flush();
    expect((await readFile(draft.file)).equals(bytes)).toBe(true);
    const { blocks, size: length } = await stat(draft.file);
    const reference = path.join(directory, 'reference');
    await writeFile(reference, bytes);
    const dense = (await stat(reference)).blocks;
    expect(length).toBe(bytes.length);
    // A file system without holes makes both alike.
    if (dense * 512 >= bytes.length) expect(blocks * 512).toBeLessThan(1 << 20);
  });

  it('is a clone where the file system can, and then holds the changes too', async ({ skip }) => {
    const file = path.join(directory, 'base.img');
    await writeFile(file, base);
    await using draft = await openDraft(
      { path: path.join(directory, 'clone.img'), overwrite: false },
      { isPrivate: true, cloneOf: file },
    );
    if (!draft.holdsBase) skip('the file system of the temporary directory does not share blocks');
    expect((await stat(draft.file)).mode & 0o777).toBe(0o600);
    const overlay = overlayOf(base);
    overlay.writeFrom(Buffer.from('changed'), 5_000_000);
    const told = await writeRaw(overlay, draft, { ...quiet, digest: true });
    await copyFile(draft.file, `${draft.file}.copy`);
    const written = await readFile(`${draft.file}.copy`);
    expect(sha256(written)).toBe(told);
    expect(written.subarray(5_000_000, 5_000_007).toString()).toBe('changed');
  });

  it('tells its progress, and stops when it is told to', async () => {
    const done: number[] = [];
    const sink = { ...memorySink(), holdsBase: false, resize: async () => {} };
    await writeRaw(overlayOf(base), sink, { progress: (bytes) => done.push(bytes), digest: false });
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBe(size);

    const controller = new AbortController();
    const progress = (): void => controller.abort(new Error('enough'));
    await expect(
      writeRaw(overlayOf(base), sink, { progress, digest: false, signal: controller.signal }),
    ).rejects.toThrow('enough');
  });

  it.each([true, false])(
    'hears signals where there is nothing to write (base there: %s)',
    async (holdsBase) => {
      const sink = { ...memorySink(), holdsBase, resize: async () => {} };
      const content = createOverlay(emptyDevice(2 ** 40));
      const signal = AbortSignal.timeout(20);
      await expect(writeRaw(content, sink, { ...quiet, digest: true, signal })).rejects.toMatchObject({
        name: 'TimeoutError',
      });
    },
  );

  it('fails with what the disk says, wherever it says it', async () => {
    for (const failAt of [0, 1, 2]) {
      let writes = 0;
      const write = async (): Promise<void> => {
        if (writes++ === failAt) throw new Error('the disk is full');
      };
      const sink = { write, holdsBase: false, resize: async () => {} };
      await expect(writeRaw(overlayOf(base), sink, { ...quiet, digest: true })).rejects.toThrow('full');
    }
  });
});

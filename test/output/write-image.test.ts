import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Output } from '../../src/output/check-output.ts';
import { type Draft, openDraft } from '../../src/output/draft.ts';
import { readBack } from '../../src/output/read-back.ts';
import { writeImage } from '../../src/output/write-image.ts';
import { hasTool } from '../fixtures/judge.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { imageBytes, overlayOf, quiet, quietly } from './contents.ts';

const directory = temporaryDirectory();
const base = path.join(directory, 'base');
const environment = { PATH: process.env['PATH'] };
const now = new Date('2024-05-06T07:08:10Z');
const options = { ...quietly, base, digest: true, isPrivate: false, now, environment };
const wholly = { ...quiet, environment, extent: 'full' } as const;
const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

const formats = (['.img', '.img.gz', '.zip', '.img.xz', '.img.zst'] as const).filter(
  (format) => (format !== '.img.xz' || hasTool('xz')) && (format !== '.img.zst' || hasTool('zstd')),
);

beforeAll(() => fs.writeFileSync(base, bytesFor['.img']));

function outputOf(format: Output['format'], name = 'out'): Output {
  return { path: path.join(directory, `${name}${format}`), format, overwrite: false };
}

/** An image with some changes, so that there is something to read back from a raw one too. */
function editedOf(bytes: Uint8Array) {
  const overlay = overlayOf(bytes);
  overlay.writeFrom(Buffer.from('first boot'), 4096 * 3 + 10);
  overlay.writeFrom(new Uint8Array(300_000).fill(0xab), changedAt(bytes));
  return overlay;
}

const changedAt = ({ length }: Uint8Array): number => Math.floor(length * 0.6);

/** Small, but of more than one piece. */
const bytesFor = {
  '.img': imageBytes(5_000_000),
  '.img.gz': imageBytes(2_200_000),
  '.zip': imageBytes(2_200_000),
  '.img.xz': imageBytes(900_000),
  '.img.zst': imageBytes(900_000),
};

describe.each(formats)('%s', (format) => {
  const bytes = bytesFor[format];
  const edited = () => editedOf(bytes);

  it('is written, read back, and told by its digest', async () => {
    const overlay = edited();
    const output = outputOf(format);
    await using draft = await openDraft(output, { isPrivate: false });
    const written = await writeImage(overlay, output, draft, options);
    const file = fs.readFileSync(draft.file);
    expect(written.size).toBe(file.length);
    for (const extent of ['written', 'full'] as const) {
      expect(await readBack(draft.file, output, overlay, written, { ...wholly, extent })).toBe(sha256(file));
    }
  });

  it('is the same every time', async () => {
    const files = [];
    for (const name of ['one', 'one']) {
      const output = outputOf(format, name);
      await using draft = await openDraft(output, { isPrivate: false });
      await writeImage(edited(), output, draft, options);
      files.push(fs.readFileSync(draft.file));
    }
    expect(files[0]?.equals(files[1] ?? new Uint8Array())).toBe(true);
  });

  it.each([
    ['bent', (file: string) => bend(file)],
    ['cut', (file: string) => fs.truncateSync(file, Math.floor(fs.statSync(file).size / 2))],
    ['empty', (file: string) => fs.truncateSync(file, 0)],
    ['gone', (file: string) => fs.unlinkSync(file)],
  ])('is not taken when it is %s afterwards', async (what, damage) => {
    const overlay = edited();
    const output = outputOf(format, what);
    await using draft = await openDraft(output, { isPrivate: false });
    const written = await writeImage(overlay, output, draft, options);
    damage(draft.file);
    const reading = readBack(draft.file, output, overlay, written, { ...wholly, extent: 'written' });
    await expect(reading).rejects.toMatchObject({
      code: 'image.verify',
    });
  });

  it('is not taken when it holds another image', async () => {
    const output = outputOf(format, 'other');
    await using draft = await openDraft(output, { isPrivate: false });
    const written = await writeImage(overlayOf(bytes), output, draft, options);
    await expect(readBack(draft.file, output, edited(), written, wholly)).rejects.toMatchObject({
      code: 'image.verify',
    });
  });

  it('stops when it is told to, with that reason', async () => {
    const output = outputOf(format, 'stopped');
    await using draft = await openDraft(output, { isPrivate: false });
    const controller = new AbortController();
    const reason = new Error('enough');
    const progress = (): void => controller.abort(reason);
    const stopping = writeImage(edited(), output, draft, { ...options, progress, signal: controller.signal });
    await expect(stopping).rejects.toBe(reason);
  });

  it('says which disk is full', async () => {
    const output = outputOf(format, 'full');
    await using draft = await openDraft(output, { isPrivate: false });
    for (const room of [0, 50_000]) {
      await expect(writeImage(edited(), output, full(draft, room), options)).rejects.toThrow('full');
    }
  });
});

/** Lets so many bytes through, and then fails as a full disk does. */
function full(draft: Draft, room: number): Draft {
  let left = room;
  return {
    file: draft.file,
    holdsBase: draft.holdsBase,
    resize: (size) => draft.resize(size),
    startFlush: () => draft.startFlush(),
    flush: () => draft.flush(),
    adopt: (of) => draft.adopt(of),
    publish: () => draft.publish(),
    [Symbol.asyncDispose]: async () => {},
    async write(piece, position) {
      left -= piece.length;
      if (left < 0) throw new Error('the disk is full');
      await draft.write(piece, position);
    },
  };
}

/** Turns some bits over in what was changed, or somewhere in the middle of the compressed data. */
function bend(file: string): void {
  const content = fs.readFileSync(file);
  const at = file.includes('.img.partial') ? changedAt(content) + 1000 : Math.floor(content.length / 2);
  content[at] = (content[at] ?? 0) ^ 0x55;
  fs.writeFileSync(file, content);
}

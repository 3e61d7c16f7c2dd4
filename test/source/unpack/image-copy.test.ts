import { execFileSync } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ImageCopy } from '../../../src/source/unpack/image-copy.ts';
import { writeRawImage } from '../../../src/source/unpack/unpack.ts';
import { imageServer } from '../../fixtures/image-server.ts';
import { noise, obtaining, someImage } from '../../fixtures/obtaining.ts';
import { mountSmallDisk } from '../../fixtures/small-disk.ts';
import { temporaryDirectory } from '../../fixtures/temporary-directory.ts';

const root = temporaryDirectory();
let count = 0;
const freshFolder = (): string => path.join(root, String(count++));

/** A copy in memory, and what was done with it. */
function memoryCopy() {
  const done: string[] = [];
  let bytes = Buffer.alloc(0);
  const copy: ImageCopy = {
    async begin() {
      done.push('begin');
      bytes = Buffer.alloc(0);
    },
    async write(piece, position) {
      const longer = Buffer.alloc(Math.max(bytes.length, position + piece.length));
      bytes.copy(longer);
      longer.set(piece, position);
      bytes = longer;
    },
    async end(size) {
      done.push('end');
      bytes = Buffer.concat([bytes, Buffer.alloc(size - bytes.length)]);
    },
    async giveUp() {
      const isFirst = !done.includes('give up');
      done.push('give up');
      return isFirst;
    },
    accept: () => void done.push('accept'),
  };
  return { copy, done, content: () => bytes };
}

describe('a copy of an image that is unpacked', () => {
  const image = Buffer.concat([noise(3_000_000), Buffer.alloc(2_000_000), noise(1), Buffer.alloc(500_000)]);

  it('has the same bytes, and is accepted when the archive proves right', async () => {
    const server = await imageServer({ body: gzipSync(image) });
    const { copy, done, content } = memoryCopy();
    await obtaining(freshFolder()).run(server.url.href, { sha256: server.sha256, copy });
    expect(content().equals(image)).toBe(true);
    expect(done).toEqual(['begin', 'end', 'accept']);
  });

  it('is not accepted when it does not', async () => {
    const server = await imageServer({ body: gzipSync(image) });
    const { copy, done } = memoryCopy();
    const run = obtaining(freshFolder()).run(server.url.href, { sha256: 'ab'.repeat(32), copy });
    await expect(run).rejects.toMatchObject({ code: 'source.checksum' });
    expect(done).toEqual(['begin', 'end']);
  });

  it('begins anew with a download that does', async () => {
    const packed = gzipSync(image);
    const changed = gzipSync(noise(4_000_000, 'other'));
    // It breaks off in the middle, and then the server has another file.
    const acts = [{ body: changed, etag: '"v0"', cutAfter: 2_000_000 }];
    const server = await imageServer({ body: packed, acts });
    const { copy, done, content } = memoryCopy();
    await obtaining(freshFolder()).run(server.url.href, { sha256: server.sha256, copy });
    expect(content().equals(image)).toBe(true);
    expect(done).toEqual(['begin', 'begin', 'end', 'accept']);
  });

  it('is not made of what is in the cache already', async () => {
    const server = await imageServer({ body: gzipSync(someImage()) });
    const folder = freshFolder();
    await obtaining(folder).run(server.url.href, { sha256: server.sha256 });
    const { copy, done } = memoryCopy();
    await obtaining(folder).run(server.url.href, { sha256: server.sha256, copy });
    expect(done).toEqual([]);
  });

  it.skipIf(process.getuid?.() !== 0)('makes room for the image on a disk that is full', async ({ skip }) => {
    const folder = freshFolder();
    await mkdir(folder);
    if (!mountSmallDisk(folder, 'size=4m')) return skip('a tmpfs cannot be mounted here');
    const bytes = noise(3_500_000);
    // What is in the way until it is given up.
    const ballast = path.join(folder, 'ballast');
    execFileSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=1M', 'count=2'], { stdio: 'ignore' });
    const { copy, done } = memoryCopy();
    const giving: ImageCopy = {
      ...copy,
      async giveUp() {
        execFileSync('rm', ['-f', ballast]);
        return copy.giveUp();
      },
    };
    const pieces = async function* () {
      yield bytes;
    };
    const file = path.join(folder, 'image');
    await writeRawImage(file, pieces(), { subject: 'it', hash: false, copy: giving });
    expect((await readFile(file)).equals(bytes)).toBe(true);
    expect(done).toContain('give up');
    const larger = async function* () {
      yield noise(5_000_000);
    };
    const tooLarge = { subject: 'it', hash: false, copy: memoryCopy().copy };
    await expect(writeRawImage(`${file}2`, larger(), tooLarge)).rejects.toMatchObject({ code: 'ENOSPC' });
  });
});

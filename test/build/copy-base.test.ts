import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyBase } from '../../src/build/copy-base.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

const directory = temporaryDirectory();
const from = path.join(directory, 'base.img');
const to = path.join(directory, 'copy.img');
const mebibyte = 2 ** 20;

describe('copying an image', () => {
  it('gives the same bytes, wherever there is something between the zeros', async () => {
    const stretch = fc.record({
      position: fc.integer({ min: 0, max: 10 * mebibyte }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 5000 }),
    });
    const images = fc.record({
      size: fc.integer({ min: 0, max: 10 * mebibyte }),
      stretches: fc.array(stretch),
    });
    await fc.assert(
      fc.asyncProperty(images, async ({ size, stretches }) => {
        const image = Buffer.alloc(size);
        for (const { position, bytes } of stretches) {
          if (position < size) image.set(bytes.subarray(0, size - position), position);
        }
        fs.writeFileSync(from, image);
        fs.writeFileSync(to, '');
        await copyBase(from, to);
        expect(fs.readFileSync(to).equals(image)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it.skipIf(process.platform === 'win32')('leaves holes where there are zeros', async () => {
    fs.writeFileSync(from, Buffer.alloc(8 * mebibyte));
    fs.writeFileSync(to, '');
    await copyBase(from, to);
    expect(fs.statSync(to)).toMatchObject({ size: 8 * mebibyte });
    expect(fs.statSync(to).blocks * 512).toBeLessThan(mebibyte);
  });

  it('makes no file, so that nothing comes back that was removed', async () => {
    fs.rmSync(to, { force: true });
    await expect(copyBase(from, to)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(fs.existsSync(to)).toBe(false);
  });
});

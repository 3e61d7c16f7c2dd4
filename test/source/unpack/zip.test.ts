import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openZip } from '../../../src/source/unpack/zip.ts';
import { noise } from '../../fixtures/obtaining.ts';
import { refusedZips } from '../../fixtures/packers.ts';
import { temporaryDirectory } from '../../fixtures/temporary-directory.ts';

const folder = temporaryDirectory();
const context = { subject: 'the.zip', environment: {} };

describe('a .zip that pi-image does not take', () => {
  it.for(refusedZips)('%s', async ([what, says, pack], test) => {
    const archive = pack(noise(1000));
    if (!archive) return test.skip('what makes it is not installed');
    const file = path.join(folder, `${what}.zip`);
    await writeFile(file, archive);
    await expect(openZip(file, context)).rejects.toMatchObject({
      code: 'source.archive',
      message: expect.stringMatching(says),
    });
  });

  it.each([
    ['an empty file', Buffer.alloc(0)],
    ['something else', noise(100_000)],
    ['an end without a beginning', Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(18, 0xff)])],
  ])('%s', async (what, bytes) => {
    const file = path.join(folder, `${what}.zip`);
    await writeFile(file, bytes);
    await expect(openZip(file, context)).rejects.toMatchObject({ code: 'source.archive' });
  });
});

import { mkdtempSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unpackArrivingZip } from '../../../src/source/unpack/arriving-zip.ts';
import type { DecodeContext } from '../../../src/source/unpack/decoder.ts';
import { openZip } from '../../../src/source/unpack/zip.ts';
import { noise, someImage } from '../../fixtures/obtaining.ts';
import { refusedZips, zipPackers } from '../../fixtures/packers.ts';
import { collect, cuts, inPieces } from '../../fixtures/pieces.ts';
import { temporaryDirectory } from '../../fixtures/temporary-directory.ts';
import { type ZippedFixture, zipOf } from '../../fixtures/zip.ts';

const root = temporaryDirectory();
const context: DecodeContext = { subject: 'the.zip', environment: {} };
const image = someImage();
const kitchen = { name: 'kitchen.img', bytes: image };

interface Arrived {
  /** What was unpacked early and confirmed. */
  readonly early: Buffer | undefined;
  /** What the directory of the whole archive leads to. */
  readonly whole: Buffer | Error;
  /** What lies beside the archive in the end. */
  readonly left: readonly string[];
}

/** Lets an archive arrive in pieces, and unpacks it once more when it is whole. */
async function arriving(archive: Uint8Array, lengths: readonly number[] = [79_190], limit?: number) {
  const folder = mkdtempSync(path.join(root, 'zip-'));
  const [file, to] = [path.join(folder, 'archive'), path.join(folder, 'image')];
  await writeFile(file, archive);
  const options = { to, subject: context.subject, hash: false, ...(limit !== undefined && { limit }) };
  const early = await unpackArrivingZip(inPieces(archive, ...lengths), options, context);
  const found = await early?.confirm(file).catch((error: Error) => error);
  const bytes = found && !(found instanceof Error) ? await readFile(to) : undefined;
  if (bytes) expect(found).toEqual({ size: bytes.length });
  const whole = await unpackWhole(file).catch((error: Error) => error);
  if (found instanceof Error) expect(whole).toEqual(found);
  const left = (await readdir(folder)).filter((name) => name !== 'archive');
  return { early: bytes, whole, left } satisfies Arrived;
}

async function unpackWhole(file: string): Promise<Buffer> {
  const zip = await openZip(file, context);
  try {
    return await collect(zip.content());
  } finally {
    zip.close();
  }
}

/** Quicker than a comparison that could say where they differ. */
function expectSame(found: Arrived['whole'] | undefined, wanted: Buffer | undefined): void {
  expect(Buffer.isBuffer(found) && wanted !== undefined && found.equals(wanted)).toBe(true);
}

describe('a .zip that arrives', () => {
  it.each<[string, readonly ZippedFixture[]]>([
    ['Deflate', [kitchen]],
    ['Deflate, sizes behind the data, with a signature', [{ ...kitchen, descriptor: 'signed' }]],
    ['Deflate, sizes behind the data, without one', [{ ...kitchen, descriptor: 'bare' }]],
    ['Deflate, zip64', [{ ...kitchen, isZip64: true }]],
    ['Deflate, zip64, sizes behind the data', [{ ...kitchen, isZip64: true, descriptor: 'signed' }]],
    ['stored', [{ ...kitchen, isStored: true }]],
    ['stored, zip64', [{ ...kitchen, isStored: true, isZip64: true }]],
    ['an empty image', [{ ...kitchen, bytes: Buffer.alloc(0) }]],
    ['an empty image, stored', [{ ...kitchen, bytes: Buffer.alloc(0), isStored: true }]],
    ['long extra fields', [{ ...kitchen, padding: 60_000 }]],
    ['a folder and other files behind it', [kitchen, { name: 'README.txt', bytes: noise(1000) }]],
    [
      'another checksum and sizes in its header than in the directory',
      [{ ...kitchen, local: { crc32: 1, size: 2 } }],
    ],
  ])('is unpacked before it is whole: %s', async (_what, files) => {
    const { early, whole } = await arriving(zipOf(...files));
    expect(early?.equals(files[0]?.bytes ?? image)).toBe(true);
    expectSame(whole, early);
  });

  it.for(Object.entries(zipPackers))('gives what it holds, or nothing: %s', async ([tool, pack], test) => {
    const archive = pack(image);
    if (!archive) return test.skip(`${tool} is not installed`);
    const { early, whole } = await arriving(archive);
    expect(Buffer.isBuffer(whole) && whole.equals(image)).toBe(true);
    const isFirst = /beside other files|name of its own|streamed/.test(tool) === false;
    expect(early?.equals(image) ?? false).toBe(isFirst);
  });

  it.each<[string, readonly ZippedFixture[]]>([
    ['another file first', [{ name: 'README.txt', bytes: noise(10) }, kitchen]],
    ['a hidden file first', [{ name: '._kitchen.img', bytes: noise(10) }, kitchen]],
    ['a folder first', [{ name: 'kitchen.img/', bytes: Buffer.alloc(0), isStored: true }, kitchen]],
    ['an image whose end is not told', [{ ...kitchen, isStored: true, descriptor: 'signed' }]],
    ['an image of another name', [{ ...kitchen, name: 'kitchen.raw' }]],
    ['a header that says encrypted', [{ ...kitchen, local: { flags: 1 } }]],
    ['a header that says bzip2', [{ ...kitchen, local: { method: 12 } }]],
  ])('is left for the end where nothing can be known before: %s', async (_what, files) => {
    const { early, whole, left } = await arriving(zipOf(...files));
    expect(early).toBeUndefined();
    expect(left).toEqual([]);
    expectSame(whole, image);
  });

  const other = { name: 'other.img', bytes: noise(1000, 'other') };
  it.each<[string, readonly ZippedFixture[]]>([
    ['a file that the directory has not', [{ ...other, isUnlisted: true }, kitchen]],
    [
      'the same file twice, of which the directory has the other',
      [{ ...kitchen, isUnlisted: true }, kitchen],
    ],
    ['another name', [{ ...kitchen, local: { name: 'cellar.img' } }]],
    ['stored, what is compressed', [{ ...kitchen, local: { method: 0 } }]],
    ['a name that is hidden in the directory', [{ ...other, central: { name: '.other.img' } }, kitchen]],
    ['stored, and shorter than it is', [{ ...kitchen, isStored: true, local: { packedSize: 100_000 } }]],
    ['stored, and longer than it is', [{ ...kitchen, isStored: true, local: { packedSize: 700_020 } }]],
    ['stored, and longer than the archive', [{ ...kitchen, isStored: true, local: { packedSize: 2 ** 31 } }]],
    ['stored, and empty', [{ ...kitchen, isStored: true, local: { packedSize: 0 } }]],
    ['Deflate, what is stored', [{ ...kitchen, isStored: true, local: { method: 8 } }]],
  ])('is not believed what it says first: %s', async (_what, files) => {
    const { early, whole, left } = await arriving(zipOf(...files));
    expect(early).toBeUndefined();
    expect(left).toEqual([]);
    expectSame(whole, image);
  });

  it.each<[string, readonly ZippedFixture[], RegExp]>([
    ['two images', [kitchen, other], /more than one image/],
    ['a wrong checksum', [{ ...kitchen, central: { crc32: 1 } }], /checksum/],
    ['a size that is too small', [{ ...kitchen, central: { size: image.length - 1 } }], /not as long/],
    ['a size that is too large', [{ ...kitchen, central: { size: image.length + 1 } }], /not as long/],
    ['data that ends too early', [{ ...kitchen, central: { packedSize: 1000 } }], /unexpected end/],
    ['a password', [{ ...kitchen, central: { flags: 1 } }], /password/],
    ['another method', [{ ...kitchen, central: { method: 12 } }], /method 12/],
    ['a climbing name', [{ ...kitchen, central: { name: '../kitchen.img' } }], /relative path/],
    ['an offset behind the end', [{ ...kitchen, central: { offset: 2 ** 31 } }], /./],
    ['no directory', [{ ...kitchen, isUnlisted: true }], /empty/],
  ])('is refused as the whole is: %s', async (_what, files, says) => {
    const { early, whole } = await arriving(zipOf(...files));
    expect(early).toBeUndefined();
    expect(whole).toMatchObject({ code: 'source.archive', message: expect.stringMatching(says) });
  });

  it.for(refusedZips)('is refused as the whole is: %s', async ([what, says, pack], test) => {
    const archive = pack(noise(1000));
    if (!archive) return test.skip(`what makes ${what} is not installed`);
    const { early, whole } = await arriving(archive);
    expect(early).toBeUndefined();
    expect(whole).toMatchObject({ code: 'source.archive', message: expect.stringMatching(says) });
  });

  it.each(['signed', undefined] as const)(
    'is refused wherever it is cut (descriptor: %s)',
    async (descriptor) => {
      const archive = zipOf({ ...kitchen, descriptor });
      for (let part = 0; part <= 20; part++) {
        const cut = archive.subarray(0, Math.floor(((archive.length - 1) * part) / 20));
        const { early, whole } = await arriving(cut);
        expect(early, `${part}/20`).toBeUndefined();
        expect(whole, `${part}/20`).toMatchObject({ code: 'source.archive' });
      }
    },
  );

  it('gives up what unpacks to more than is allowed', async () => {
    const { early, left } = await arriving(
      zipOf({ ...kitchen, bytes: Buffer.alloc(20_000_000) }),
      [7919],
      9_999_999,
    );
    expect(early).toBeUndefined();
    expect(left).toEqual([]);
  });

  it('tells what is wrong with the source as it is', async () => {
    const archive = zipOf({ ...kitchen, isStored: true });
    const options = { to: path.join(root, 'broken'), subject: context.subject, hash: false };
    const broken = async function* () {
      yield archive.subarray(0, 100_000);
      throw new Error('the cable was pulled');
    };
    await expect(unpackArrivingZip(broken(), options, context)).rejects.toThrow('cable');
  });
});

describe('of any archive that arrives in any pieces', () => {
  const content = fc.oneof(
    fc.nat(3000).map((length) => noise(length)),
    fc
      .nat(300_000)
      .map((length) => Buffer.concat([noise(100), Buffer.alloc(length), noise(length / 16, 'end')])),
  );
  const file = fc.record({
    name: fc.constantFrom('kitchen.img', 'cellar.IMG', 'README', '.hidden.img', 'küche.img'),
    bytes: content,
    isStored: fc.boolean(),
    isZip64: fc.boolean(),
    isUnlisted: fc.constantFrom(false, false, false, true),
    descriptor: fc.constantFrom(undefined, 'signed', 'bare'),
  }) satisfies fc.Arbitrary<ZippedFixture>;
  const lie = fc.record(
    {
      name: fc.constantFrom('kitchen.img', 'x.img', 'x'),
      flags: fc.constantFrom(0, 1, 8, 1 << 11),
      method: fc.constantFrom(0, 8, 12),
      crc32: fc.nat(),
      packedSize: fc.nat(4000),
      size: fc.nat(4000),
    },
    { requiredKeys: [] },
  );

  it('nothing else comes than what is in the whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 3 }), cuts, async (files, lengths) => {
        const { early, whole, left } = await arriving(zipOf(...files), lengths);
        if (early) expectSame(whole, early);
        else if (Buffer.isBuffer(whole)) expect(left).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('the same comes, whatever the pieces', async () => {
    await fc.assert(
      fc.asyncProperty(file, cuts, async (one, lengths) => {
        const archive = zipOf({ ...one, isUnlisted: false });
        const [pieces, whole] = [await arriving(archive, lengths), await arriving(archive, [archive.length])];
        if (one.name !== '.hidden.img') expectSame(pieces.whole, Buffer.from(one.bytes));
        expect(pieces.early?.equals(one.bytes)).toBe(whole.early?.equals(one.bytes));
        expect(pieces.left).toEqual(whole.left);
      }),
      { numRuns: 40 },
    );
  });

  it('whose headers lie, nothing else comes than what the directory says', async () => {
    await fc.assert(
      fc.asyncProperty(file, lie, lie, cuts, async (one, local, central, lengths) => {
        const { early, whole } = await arriving(zipOf({ ...one, local, central }), lengths);
        if (early) expectSame(whole, early);
      }),
      { numRuns: 100 },
    );
  });

  it('with a flipped bit, nothing else comes than what is in the whole', async () => {
    await fc.assert(
      fc.asyncProperty(file, fc.nat(), fc.nat(7), cuts, async (one, place, bit, lengths) => {
        const archive = zipOf(one);
        const at = place % archive.length;
        archive.writeUInt8((archive[at] ?? 0) ^ (1 << bit), at);
        const { early, whole } = await arriving(archive, lengths);
        if (early) expectSame(whole, early);
      }),
      { numRuns: 100 },
    );
  });
});

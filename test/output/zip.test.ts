import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { openPromise } from 'yauzl';
import { blockMapText } from '../../src/output/block-map.ts';
import { decode } from '../../src/output/decode.ts';
import { writeZip, type ZipOptions } from '../../src/output/zip.ts';
import { openZip } from '../../src/source/unpack/zip.ts';
import { judge } from '../fixtures/judge.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { imageBytes, memorySink, overlayOf, quietly } from './contents.ts';
import { ask, python } from './judges.ts';

const directory = temporaryDirectory();
const mebibyte = 1 << 20;
const time = new Date('2024-02-29T23:59:58Z');
let count = 0;

async function zip(bytes: Uint8Array, options: Partial<ZipOptions> = {}): Promise<string> {
  const sink = memorySink();
  await writeZip(overlayOf(bytes), sink, {
    ...quietly,
    name: 'kitchen.img',
    mode: 0o600,
    time,
    ...options,
  });
  const file = path.join(directory, `${count++}.zip`);
  await writeFile(file, sink.bytes);
  return file;
}

async function entryOf(file: string) {
  const entries = await entriesOf(file);
  expect(entries).toHaveLength(1);
  return entries[0]!;
}

async function entriesOf(file: string) {
  const archive = await openPromise(file, { autoClose: false });
  try {
    const entries = [];
    for await (const entry of archive.eachEntry()) {
      const local = await archive.readLocalFileHeaderPromise(entry);
      entries.push({ entry, local, bytes: await buffer(await archive.openReadStreamPromise(entry)) });
    }
    return entries;
  } finally {
    archive.close();
  }
}

describe.each([
  ['', {}],
  ['64', { zip64From: 0 }],
])('a zip%s', (_kind, options) => {
  it.each([0, 1, mebibyte, 5 * mebibyte + 4321])(
    'of %i bytes holds one file, which is what went in',
    async (size) => {
      const bytes = imageBytes(size);
      const { entry, bytes: found } = await entryOf(await zip(bytes, options));
      expect(found.equals(bytes)).toBe(true);
      expect(entry.fileName).toBe('kitchen.img');
      expect(entry.externalFileAttributes >>> 16).toBe(0o100600);
      expect(entry.getLastModDate({ timezone: 'UTC' })).toEqual(time);
    },
  );

  it('says the same in front of the data as behind it', async () => {
    const { entry, local } = await entryOf(await zip(imageBytes(3 * mebibyte), options));
    expect(local.crc32).toBe(entry.crc32);
    expect(local.fileName.toString()).toBe(entry.fileName);
    if (!('zip64From' in options)) {
      expect([local.compressedSize, local.uncompressedSize]).toEqual([
        entry.compressedSize,
        entry.uncompressedSize,
      ]);
      return;
    }
    expect(local.compressedSize).toBe(0xffffffff);
    expect(Number(local.extraField.readBigUInt64LE(4))).toBe(entry.uncompressedSize);
    expect(Number(local.extraField.readBigUInt64LE(12))).toBe(entry.compressedSize);
  });

  it('is fine with other people', async ({ skip }) => {
    const bytes = imageBytes(6 * mebibyte + 1);
    const file = await zip(bytes, options);
    const asked = ask([
      { tool: 'unzip', args: ['-t', file] },
      { tool: '7z', args: ['t', file] },
    ]);
    const read = judge('python3', ['-c', python('zipfile.ZipFile(sys.argv[1]).open("kitchen.img")'), file]);
    if (read) expect(read.output.trim()).toBe(createHash('sha256').update(bytes).digest('hex'));
    if (asked.length === 0 && !read) skip('neither unzip, 7z nor python3 is installed');
  });

  it('may hold a block map behind the image', async ({ skip }) => {
    const bytes = imageBytes(2 * mebibyte + 1);
    const blockMap = blockMapText(bytes.length, []);
    const file = await zip(bytes, { ...options, blockMap });
    const found = await entriesOf(file);
    expect(found.map(({ entry }) => entry.fileName)).toEqual(['kitchen.img', '.meta/image.bmap']);
    expect(found[0]?.bytes.equals(bytes)).toBe(true);
    expect(found[1]?.bytes.toString()).toBe(blockMap);

    const decoded: Uint8Array[] = [];
    await decode(file, '.zip', (piece) => decoded.push(piece), { environment: {} });
    expect(Buffer.concat(decoded).equals(bytes)).toBe(true);
    const unpacked = await openZip(file, { subject: file, environment: {} });
    expect(unpacked.size).toBe(bytes.length);
    unpacked.close();
    const asked = ask([
      { tool: 'unzip', args: ['-t', file] },
      { tool: '7z', args: ['t', file] },
    ]);
    if (asked.length === 0) skip('neither unzip nor 7z is installed');
  });
});

describe('the file in a zip', () => {
  it('may have any name', async () => {
    const { entry } = await entryOf(await zip(imageBytes(1000), { name: 'Küche ☕.img' }));
    expect(entry.fileName).toBe('Küche ☕.img');
  });

  it.each([
    ['1970-01-01T00:00:00Z', '1980-01-01T00:00:00.000Z'],
    ['2199-01-01T00:00:00Z', '2107-12-31T00:00:00.000Z'],
  ])('of %s has the nearest time that MS-DOS knows', async (asked, told) => {
    const { entry } = await entryOf(await zip(imageBytes(1000), { time: new Date(asked) }));
    expect(entry.getLastModDate({ timezone: 'UTC' }).toISOString()).toBe(told);
  });
});

import { describe, expect, it } from 'vitest';
import { localHeaderLength, parseLocalHeader } from '../../../src/source/unpack/zip-header.ts';
import { type ZippedFixture, zipOf } from '../../fixtures/zip.ts';

const bytes = Buffer.from('an image');
const file = { name: 'kitchen.img', bytes };
const parsed = (one: Partial<ZippedFixture>) => parseLocalHeader(zipOf({ ...file, ...one }));

describe('a local header of a .zip', () => {
  it.each<[string, Partial<ZippedFixture>, object | undefined]>([
    ['Deflate', {}, { method: 8, length: 41 }],
    ['Deflate, sizes behind it', { descriptor: 'signed' }, { method: 8, length: 41 }],
    ['Deflate, zip64', { isZip64: true }, { method: 8, length: 61 }],
    ['Deflate, a size that is a lie', { local: { packedSize: 3 } }, { method: 8, length: 41 }],
    ['stored', { isStored: true }, { method: 0, length: 41, packedSize: 8 }],
    [
      'stored, zip64 after another field',
      { isStored: true, isZip64: true, padding: 7 },
      { method: 0, length: 72, packedSize: 8 },
    ],
    [
      'stored, larger than any file',
      { isStored: true, isZip64: true, local: { packedSize: 2 ** 52 } },
      { method: 0, length: 61, packedSize: 2 ** 52 },
    ],
    ['stored, its size behind it', { isStored: true, descriptor: 'bare' }, undefined],
    ['stored, zip64 without its field', { isStored: true, local: { packedSize: 0xffffffff } }, undefined],
    ['bzip2', { local: { method: 12 } }, undefined],
    ['encrypted', { local: { flags: 1 } }, undefined],
    ['patch data', { local: { flags: 1 << 5 } }, undefined],
    ['strongly encrypted', { local: { flags: (1 << 6) | 1 } }, undefined],
    ['masked', { local: { flags: 1 << 13 } }, undefined],
    ['a UTF-8 name', { local: { flags: 1 << 11, name: 'küche.img' } }, { length: 40 }],
  ])('%s', (_what, one, expected) => {
    if (expected) expect(parsed(one)).toMatchObject(expected);
    else expect(parsed(one)).toBeUndefined();
  });

  it('has its name as it stands there', () => {
    const { rawName = '' } = parsed({ local: { name: 'küche.img' } }) ?? {};
    expect(Buffer.from(rawName, 'latin1').toString()).toBe('küche.img');
  });

  it('is none before all of it is there, and its length is known before', () => {
    const archive = zipOf({ ...file, padding: 100 });
    const length = 30 + 11 + 104;
    for (let cut = 0; cut < length; cut++) {
      expect(parseLocalHeader(archive.subarray(0, cut))).toBeUndefined();
      expect(localHeaderLength(archive.subarray(0, cut))).toBe(cut < 30 ? undefined : length);
    }
    expect(parseLocalHeader(archive.subarray(0, length))).toMatchObject({ length });
  });

  it('is none where another record is', () => {
    const empty = zipOf();
    expect(localHeaderLength(Buffer.concat([empty, empty]))).toBeUndefined();
  });

  it('with extra fields that end beyond it is taken without them', () => {
    const archive = zipOf({ ...file, isStored: true, isZip64: true });
    // The length of the zip64 field.
    archive.writeUInt16LE(17, 30 + 11 + 2);
    expect(parseLocalHeader(archive)).toBeUndefined();
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PiImageError } from '../../src/model/errors.ts';
import { formatOf, imageName } from '../../src/source/format.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

describe('formatOf', () => {
  it.each([
    ['zip', hex('504b030414000000')],
    ['zip', hex('504b050600000000')],
    ['xz', hex('fd377a585a000004')],
    ['gz', hex('1f8b080000000000')],
    ['zst', hex('28b52ffd04580000')],
    ['zst', hex('5e2a4d1800000000')],
    ['raw', hex('fab8001000000000')],
    ['raw', Buffer.alloc(8)],
    ['raw', Buffer.from('<!DOCTYP')],
    ['raw', Buffer.alloc(0)],
    ['raw', hex('fd377a')],
  ])('knows %s by its first bytes', (format, head) => {
    expect(formatOf(head, 'it')).toBe(format);
  });

  it.each([
    ['a bzip2 archive', Buffer.from('BZh91AY&')],
    ['a 7-Zip archive', hex('377abcaf271c0004')],
    ['a RAR archive', Buffer.from('Rar!\x1a\x07\x01\x00')],
    ['an lz4 archive', hex('04224d1864407000')],
    ['a QCOW2 disk', hex('514649fb00000003')],
  ])('says that %s is not for us', (what, head) => {
    expect(() => formatOf(head, 'kitchen')).toThrow(`kitchen is ${what}`);
  });

  it('takes any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 16 }), (bytes) => {
        try {
          expect(['raw', 'zip', 'xz', 'gz', 'zst']).toContain(formatOf(bytes, 'it'));
        } catch (error) {
          expect(PiImageError.is(error)).toBe(true);
        }
      }),
    );
  });
});

describe('imageName', () => {
  it.each([
    ['kitchen.img.xz', 'kitchen'],
    ['2021-05-07-raspios-buster-armhf.zip', '2021-05-07-raspios-buster-armhf'],
    ['IMAGE.IMG', 'IMAGE'],
    ['v1.2.img', 'v1.2'],
    ['.img', 'image'],
    ['..', 'image'],
    ['', 'image'],
    ['a b&c.img', 'a-b-c'],
    ['-rf.img', 'rf'],
  ])('%j → %s', (file, name) => {
    expect(imageName(file)).toBe(name);
  });

  it('is always good as the name of a file', () => {
    fc.assert(fc.property(fc.string(), (text) => /^\w[\w.-]*$/.test(imageName(text))));
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashName } from '../../../src/image/ext4/name-hash.ts';
import { hasE2fsprogs, Workplace } from './e2fsprogs.ts';

const names = [
  'a',
  'abc',
  'abcd',
  'libc.so.6',
  'sixteen-bytes-16',
  'seventeen-bytes-17',
  'thirty-two-bytes-long-name-32-by',
  'thirty-three-bytes-long-name-33-b',
  'ż',
  'Żółć-gęślą-jaźń',
  '漢字漢字漢字漢字',
  'n'.repeat(100),
  'é'.repeat(127),
];
const uuid = '11223344-5566-7788-99aa-bbccddeeff00';
const seed = [0x44332211, 0x88776655, 0xccbbaa99, 0x00ffeedd];
const versions = ['legacy', 'half_md4', 'tea']; // debugfs has no names for the unsigned ones: directory-index.test.ts judges them

describe.skipIf(!hasE2fsprogs)('the hash of a name', () => {
  let place: Workplace;
  let image: Uint8Array;
  beforeAll(() => {
    place = new Workplace();
    image = place.make({ size: 1024 ** 2, features: '^has_journal' })!;
  });
  afterAll(() => place.close());

  it.each(versions.map((name, version) => [name, version] as const))(
    'by %s is what debugfs says',
    (name, version) => {
      const requests = names.map((one) => `dx_hash -h ${name} -s ${uuid} ${one}`);
      const said = [...place.debug(image, requests).matchAll(/Hash of .* is (0x[0-9a-f]+)/g)].map((match) =>
        Number(match[1]),
      );
      const encoder = new TextEncoder();
      const ours = names.map((one) => hashName(encoder.encode(one), { version, unsigned: false, seed }));
      expect(said).toHaveLength(names.length);
      expect(ours).toEqual(said);
    },
  );
});

describe('signed and unsigned bytes', () => {
  it('differ for names that are not ASCII only', () => {
    const of = (name: string, unsigned: boolean) =>
      hashName(new TextEncoder().encode(name), { version: 1, unsigned, seed });
    expect(of('abc', true)).toBe(of('abc', false));
    expect(of('żółć', true)).not.toBe(of('żółć', false));
  });
});

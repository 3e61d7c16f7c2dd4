import { expect, test } from 'vitest';
import { checkPath, isPossible, nameFault } from '../../../src/image/fat/name.ts';

test.each(['a:b', 'a*b', 'a?b', 'a"b', 'a<b', 'a>b', 'a|b', 'a\\b', 'a\tb', 'a\u007fb'])(
  'the character in %j is not allowed',
  (name) => {
    expect(nameFault(name)).toContain('does not allow');
    expect(isPossible(`/dir/${name}`)).toBe(false);
    expect(() => checkPath(`/${name}/file`)).toThrow(expect.objectContaining({ code: 'image.name' }));
  },
);

test.each(['dot.', 'space ', '...', ' '])('FAT would change %j', (name) => {
  expect(nameFault(name)).toContain('drops a dot or a space');
});

test('length counts in UTF-16 units', () => {
  expect(nameFault('ż'.repeat(255))).toBeUndefined();
  expect(nameFault('ż'.repeat(256))).toContain('255');
  expect(nameFault('🍓'.repeat(127))).toBeUndefined();
  expect(nameFault('🍓'.repeat(128))).toContain('255');
});

test('half a character is no name', () => {
  expect(nameFault('\ud83c')).toContain('Unicode');
});

test('a path has a length, too', () => {
  const path = `/${'directory/'.repeat(500)}file`;
  expect(isPossible(path)).toBe(false);
  expect(() => checkPath(path)).toThrow(expect.objectContaining({ code: 'image.name' }));
});

test.each(['ssh', 'bcm2708-rpi-b-plus.dtb', 'naïve (copy).txt', '.hidden', ' x'])('%j is a name', (name) => {
  expect(nameFault(name)).toBeUndefined();
});

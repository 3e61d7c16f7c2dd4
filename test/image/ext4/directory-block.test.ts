import { expect, test } from 'vitest';
import { kindOfType, typeOf } from '../../../src/image/ext4/directory-block.ts';

test.each([
  ['a file', 0o100644, 1, 'file'],
  ['a directory', 0o040755, 2, 'directory'],
  ['a character device', 0o020600, 3, 'other'],
  ['a block device', 0o060600, 4, 'other'],
  ['a named pipe', 0o010600, 5, 'other'],
  ['a socket', 0o140600, 6, 'other'],
  ['a link', 0o120777, 7, 'link'],
  ['nothing', 0, 0, undefined],
])('the type byte of %s', (_what, mode, type, kind) => {
  expect(typeOf(mode)).toBe(type);
  expect(kindOfType(type)).toBe(kind);
});

import { expect, test } from 'vitest';
import { PiImageError } from '../../src/model/errors.ts';
import { systemCode, writeFailure } from '../../src/model/write-failure.ts';

test.each([
  ['ENOSPC', 'output.no-space', /space/],
  ['EDQUOT', 'output.no-space', /quota/],
  ['EFBIG', 'output.failed', /FAT32/],
  ['EACCES', 'output.permission', /may write/],
  ['EROFS', 'output.permission', /read-only/],
  ['EIO', 'output.failed', /another disk/],
])('%s is %s', (reason, code, help) => {
  const cause = Object.assign(new Error('the system says so'), { code: reason });
  const error = writeFailure('/disk/out.img', cause);
  expect(error).toMatchObject({ code, cause, message: `/disk/out.img cannot be written: ${reason}` });
  expect(error.help).toMatch(help);
});

test('errors of ours stay as they are', () => {
  const error = new PiImageError('output.busy', 'another build is writing it');
  expect(writeFailure('out.img', error)).toBe(error);
});

test.each([undefined, null, 'text', new Error('no code'), { code: 5 }])('%s has no code', (error) => {
  expect(systemCode(error)).toBe('unknown error');
});

import { expect, it } from 'vitest';
import { fileNameFault } from '../../src/fleet/file-name.ts';

it.each(['kitchen', 'Pi-4', '10.0.0.2', 'a_b', 'console', 'x'.repeat(100)])(
  '%s is good in a file name',
  (text) => {
    expect(fileNameFault(text)).toBeUndefined();
  },
);

it.each([
  '',
  '..',
  '.x',
  '-rf',
  'a/b',
  'a\\b',
  'a b',
  'a..b',
  'a.',
  'con',
  'NUL.x',
  'Küche',
  'a\n',
  'a:b',
  'x'.repeat(101),
])('%j is refused', (text) => {
  expect(fileNameFault(text)).toBeDefined();
});

import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, formatMode } from '../../../src/cli/ui/format.ts';

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [12_345, '12.3 kB'],
    [465_662_909, '466 MB'],
    [999_700_000, '1.00 GB'],
    [1_874_853_888, '1.87 GB'],
  ])('%d is %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0.0 s'],
    [450, '0.5 s'],
    [12_300, '12 s'],
    [59_999, '1 min 0 s'],
    [200_000, '3 min 20 s'],
  ])('%d ms is %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});

describe('formatMode', () => {
  it.each([
    [0o644, 'file', '-rw-r--r--'],
    [0o4755, 'file', '-rwsr-xr-x'],
    [0o1777, 'directory', 'drwxrwxrwt'],
    [0o777, 'link', 'lrwxrwxrwx'],
    [0o2640, 'file', '-rw-r-S---'],
  ])('%o of a %s is %s', (mode, kind, text) => {
    expect(formatMode(mode, kind)).toBe(text);
  });
});

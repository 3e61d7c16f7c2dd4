import { expect, test } from 'vitest';
import { fatClock, secondsOf } from '../../../src/image/fat/clock.ts';

test.each([
  ['1970-01-01T00:00:00Z', '1980-01-01T00:00:00.000Z'],
  ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000Z'],
  ['2200-01-01T00:00:00Z', '2107-12-31T23:59:58.000Z'],
])('%s is kept as %s', (now, kept) => {
  expect(new Date(fatClock(() => new Date(now))()).toISOString()).toBe(kept);
});

test.each([
  [0, 0, '1980-01-01T00:00:00.000Z'],
  [(46 << 9) | (1 << 5) | 2, (3 << 11) | (4 << 5) | 3, '2026-01-02T03:04:06.000Z'],
])('the stamp %d %d is %s', (date, time, expected) => {
  expect(new Date(secondsOf(date, time) * 1000).toISOString()).toBe(expected);
});

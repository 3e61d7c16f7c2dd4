import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/model/nearest.ts';

describe('nearest', () => {
  it.each([
    ['hostnam', ['hostname', 'ssh', 'user'], ['hostname']],
    ['Europe/Berln', ['Europe/Berlin', 'Europe/Dublin', 'Asia/Tokyo'], ['Europe/Berlin', 'Europe/Dublin']],
    [
      'raspbian-buster-li',
      ['raspbian-buster-lite', 'raspbian-buster'],
      ['raspbian-buster-lite', 'raspbian-buster'],
    ],
    ['zzz', ['hostname', 'ssh'], []],
  ])('%s among %j is %j', (typed, candidates, expected) => {
    expect(nearest(typed, candidates)).toEqual(expected);
  });
});

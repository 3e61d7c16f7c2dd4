import { describe, expect, it } from 'vitest';
import { parseShard, shareOf } from '../../src/fleet/shard.ts';

describe('shards', () => {
  it('share the devices out, each to one, as evenly as can be', () => {
    const devices = Array.from({ length: 10 }, (_, index) => index);
    const shares = ['1/4', '2/4', '3/4', '4/4'].map((text) => shareOf(devices, parseShard(text)));
    expect(shares).toEqual([
      [0, 4, 8],
      [1, 5, 9],
      [2, 6],
      [3, 7],
    ]);
    expect(shareOf(devices, parseShard('1/1'))).toEqual(devices);
    expect(shareOf([1], parseShard('2/2'))).toEqual([]);
  });

  it.each(['0/4', '5/4', '1', '1/0', '-1/4', '1/4/4', 'a/b', '1.5/4', ''])('refuse %j', (text) => {
    expect(() => parseShard(text)).toThrow(expect.objectContaining({ code: 'usage.invalid' }));
  });
});

import { PiImageError } from '../model/errors.ts';

/** One part of a fleet that is made on several computers. */
export interface Shard {
  /** From 1 to `count`. */
  readonly index: number;
  readonly count: number;
}

/** @throws PiImageError `usage.invalid` */
export function parseShard(text: string): Shard {
  const [, index = '', count = ''] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  if (index !== '' && shard.index >= 1 && shard.index <= shard.count) return shard;
  throw new PiImageError('usage.invalid', `--shard ${text} is not one part of several`, {
    help: 'write it as PART/PARTS, such as 1/4, 2/4, 3/4 and 4/4',
  });
}

/** The part's share of the devices: every `count`th, so that the shares differ by one device at most. */
export function shareOf<T>(devices: readonly T[], { index, count }: Shard): readonly T[] {
  return devices.filter((_, position) => position % count === index - 1);
}

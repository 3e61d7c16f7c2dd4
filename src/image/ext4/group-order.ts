import type { Ext4 } from './file-system.ts';

/**
 * All groups once, in the order in which to look for room: `goal`, then those whose bitmap of this kind is changed already,
 * then the others from `goal` on. So an edit stays together and touches few places of the image.
 */
export function* groupsByNearness(fs: Ext4, goal: number, kind: 'blocks' | 'inodes'): Generator<number> {
  const { groupCount } = fs.superblock;
  yield goal;
  const touched = [...fs.changedBitmaps]
    .filter((key) => key < 0 === (kind === 'inodes'))
    .map((key) => (key < 0 ? ~key : key))
    .filter((group) => group !== goal)
    .sort((a, b) => a - b);
  yield* touched;
  const done = new Set(touched);
  for (let step = 1; step < groupCount; step++) {
    const group = (goal + step) % groupCount;
    if (!done.has(group)) yield group;
  }
}

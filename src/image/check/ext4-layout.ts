import type { Ext4 } from '../ext4/file-system.ts';

/** Bytes of the superblock that every edit changes and no look at an inode depends on: counts, the time, the checksum. */
const changing = [
  [12, 20],
  [48, 52],
  [0x158, 0x15c],
  [0x274, 0x275],
  [1020, 1024],
] as const;

/** Says of a file system what it is like and where everything lies; what is in it may differ. */
export function layoutOf({ superblock: { groupCount }, groups }: Ext4, superblock: Uint8Array): string {
  const fixed = Buffer.from(superblock);
  for (const [from, to] of changing) fixed.fill(0, from, to);
  const places = Array.from({ length: groupCount }, (_, group) =>
    (['blockBitmap', 'inodeBitmap', 'inodeTable'] as const).map((field) => groups.get(group, field)),
  );
  return `${fixed.toString('base64')} ${places.join(' ')}`;
}

import type { Attribute } from './attribute-layout.ts';
import { inodeAttributes } from './extended-attributes.ts';
import { damaged } from './faults.ts';
import { blockAreaSize, type Inode } from './inode.ts';

/** `system.data`, the only attribute that means something to the format itself. */
function storedData(inode: Inode): Uint8Array {
  const isData = ({ prefix, name }: Attribute) => prefix === 7 && Buffer.from(name).toString() === 'data';
  return inodeAttributes(inode).find(isData)?.value ?? new Uint8Array();
}

/** The content of a file small enough to lie in its inode: the block area, then the attribute `system.data`. */
export function inlineContent(inode: Inode): Uint8Array {
  const rest = storedData(inode);
  if (inode.size > blockAreaSize + rest.length)
    throw damaged(`inode ${inode.number} has less content than its size says`);
  return Uint8Array.from([...inode.blockArea, ...rest]).subarray(0, inode.size);
}

/** The two areas with entries of a directory that lies in its inode. Its parent's number stands before the first one. */
export function inlineDirectory(inode: Inode): readonly Uint8Array[] {
  const rest = storedData(inode);
  return [inode.blockArea.slice(4), rest].filter((area) => area.length > 0);
}

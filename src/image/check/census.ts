import { fileType, typeMask } from '../ext4/inode.ts';
import { BlockUse } from './block-use.ts';

const bytesPerInode = 3 * 4 + 2 * 2;

/**
 * What the inodes and directories of an ext4 file system say, counted together: who is in use, who names whom, which blocks
 * have an owner. All of it lies in one piece of memory, which threads can share and which is quickly copied.
 */
export class Census {
  /** Blocks with an owner. */
  readonly use: BlockUse;
  /** By inode; 0 links: not in use. */
  readonly mode: Uint16Array;
  readonly links: Uint16Array;
  /** Of a directory: how many directories it names. Of any other: how many names it has. `.` and `..` are not counted. */
  readonly counted: Uint32Array;
  /** Of a directory: the one that names it, and the one that its `..` names. */
  readonly parent: Uint32Array;
  readonly parentByDots: Uint32Array;
  /** How many inodes have their attributes in a block. */
  readonly attributeOwners: Map<number, number>;
  readonly #memory: Uint8Array;

  constructor(
    inodeCount: number,
    blockCount: number,
    memory = new SharedArrayBuffer((inodeCount + 1) * bytesPerInode + Math.ceil(blockCount / 8)),
    attributeOwners: ReadonlyMap<number, number> = new Map(),
  ) {
    const size = inodeCount + 1;
    this.counted = new Uint32Array(memory, 0, size);
    this.parent = new Uint32Array(memory, 4 * size, size);
    this.parentByDots = new Uint32Array(memory, 8 * size, size);
    this.mode = new Uint16Array(memory, 12 * size, size);
    this.links = new Uint16Array(memory, 14 * size, size);
    this.use = new BlockUse(new Uint8Array(memory, bytesPerInode * size));
    this.attributeOwners = new Map(attributeOwners);
    this.#memory = new Uint8Array(memory);
  }

  get memory(): SharedArrayBuffer {
    return this.#memory.buffer as SharedArrayBuffer;
  }

  /** Takes over what another one of the same size has. */
  setTo(other: Census): void {
    this.#memory.set(other.#memory);
    this.attributeOwners.clear();
    for (const [block, owners] of other.attributeOwners) this.attributeOwners.set(block, owners);
  }

  isUsed(inode: number): boolean {
    return (this.links[inode] ?? 0) > 0;
  }

  isDirectory(inode: number): boolean {
    return this.isUsed(inode) && (this.mode[inode]! & typeMask) === fileType.directory;
  }

  *directories(): Generator<number> {
    for (let inode = 1; inode < this.links.length; inode++) if (this.isDirectory(inode)) yield inode;
  }
}

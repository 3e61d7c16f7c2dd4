/**
 * Random access to the bytes of a disk image. Positions and lengths are in bytes; a read or write that does
 * not lie inside `size` throws. Synchronous, because the file-system engines above it are.
 */
export interface BlockDevice {
  readonly size: number;
  /** Fills the whole of `target` from `position`. */
  readInto(target: Uint8Array, position: number): void;
  writeFrom(source: Uint8Array, position: number): void;
}

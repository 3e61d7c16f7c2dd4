/** Half a page, and with it far from where the C library and V8 put large memory, which is a few bytes after the start of one. */
const offset = 2048;

/**
 * Memory for large reads. Some processors (AMD Zen 3 and 4) copy from the page cache five times slower to an address a
 * few bytes further in its page than the source is in its own (glibc bug 30994), which is what large memory has by itself.
 */
export function readBuffer(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new ArrayBuffer(size + offset), offset);
}

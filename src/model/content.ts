/**
 * Bytes that are read in pieces, so that a file of any size costs the memory of one piece.
 * `readInto` fills the whole of `target` from `position`; the caller stays inside `size`.
 */
export interface ByteSource {
  readonly size: number;
  readInto(target: Uint8Array, position: number): void;
}

/** A file of the build machine, named by path and read when the plan is applied. `size` in bytes. */
export interface HostFileContent {
  readonly hostFile: string;
  readonly size: number;
}

/** What goes into a file of the image. */
export type Content = string | Uint8Array | HostFileContent;

export function isHostFile(content: Content): content is HostFileContent {
  return typeof content === 'object' && 'hostFile' in content;
}

export function contentSize(content: Content): number {
  if (isHostFile(content)) return content.size;
  return typeof content === 'string' ? Buffer.byteLength(content) : content.length;
}

/** Bytes already in memory as a `ByteSource`. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    readInto: (target, position) => target.set(bytes.subarray(position, position + target.length)),
  };
}

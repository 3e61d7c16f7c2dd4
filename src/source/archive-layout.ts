import { type FileHandle, open } from 'node:fs/promises';
import { XzFault } from '../xz/fault.ts';
import { readLayout, type XzLayout } from '../xz/layout.ts';

/** Where the blocks of an .xz file are; undefined of any other file, and of a damaged one. */
export async function layoutOf(file: string): Promise<XzLayout | undefined> {
  await using handle = await open(file, 'r').catch(() => undefined);
  if (!handle) return undefined;
  try {
    const { size } = await handle.stat();
    return await readLayout((position, length) => readAt(handle, position, length), size);
  } catch (error) {
    if (error instanceof XzFault) return undefined;
    throw error;
  }
}

/** Fewer bytes where the file ends before. */
export async function readAt(handle: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

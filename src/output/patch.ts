import { encodePatch } from '../patch/encode.ts';
import type { PatchHeader } from '../patch/layout.ts';
import { appender, type ImageContent, type Sink, type WriteOptions } from './content.ts';

export interface PatchOptions extends WriteOptions {
  /** Readable by its owner only, also when it is unpacked or applied. */
  readonly isPrivate: boolean;
  /** The raw base, for a patch: its size, and its SHA-256 in hex. */
  readonly origin?: PatchHeader['base'] | undefined;
}

/** Writes what differs from the base, as a patch. */
export async function writePatch(
  content: ImageContent,
  sink: Sink,
  { isPrivate, origin, signal, progress }: PatchOptions,
): Promise<void> {
  if (origin === undefined) throw new TypeError('a patch needs the digest of its base');
  const append = appender(sink);
  for (const part of encodePatch(content, { base: origin, isPrivate })) {
    signal?.throwIfAborted();
    await append(part);
  }
  progress(content.size);
}

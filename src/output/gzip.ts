import { appender, type ImageContent, type Sink } from './content.ts';
import { type DeflateOptions, deflate } from './deflate.ts';

/**
 * Writes an image as one gzip member (RFC 1952). Its header has neither name nor time, as after `gzip -n`: the file
 * is a function of the image alone.
 */
export async function writeGzip(content: ImageContent, sink: Sink, options: DeflateOptions): Promise<void> {
  const append = appender(sink);
  await append(header);
  const { crc32, size } = await deflate(content, append, options);
  await append(trailer(crc32, size));
}

/** Magic, deflate, no flags, no time, no extra flags, operating system unknown. */
const header = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);

function trailer(crc32: number, size: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(crc32, 0);
  bytes.writeUInt32LE(size % 2 ** 32, 4);
  return bytes;
}

import zlib from 'node:zlib';
import { appender, type ImageContent, type Sink } from './content.ts';
import { type DeflateOptions, deflate } from './deflate.ts';
import { centralDirectory, localHeader, type ZipEntry } from './zip-records.ts';

export interface ZipOptions extends DeflateOptions {
  /** Of the image in the archive. */
  readonly name: string;
  /** Of the image in the archive. */
  readonly time: Date;
  /** Permissions of the image when it is unpacked. */
  readonly mode: number;
  /** Block map to put into the archive. */
  readonly blockMap?: string | undefined;
  /** Size from which on an archive is of the zip64 kind. @default just below 4 GiB */
  readonly zip64From?: number;
}

/** 4 GiB less the 16 MiB that data which does not compress could grow by. */
const zip64From = 2 ** 32 - 16 * 1024 * 1024;
/** Where Etcher looks for it. */
export const blockMapEntry = '.meta/image.bmap';

/**
 * Writes an image as the first file of a zip archive, and the only one, unless there is a block map. The header in
 * front is written again at the end, with all sizes.
 */
export async function writeZip(content: ImageContent, sink: Sink, options: ZipOptions): Promise<void> {
  const { name, time, mode, blockMap } = options;
  const isZip64 = content.size >= (options.zip64From ?? zip64From);
  const image: ZipEntry = {
    ...{ name, time, mode, isZip64, isDeflated: true, offset: 0 },
    ...{ crc32: 0, size: content.size, packedSize: 0 },
  };
  const start = localHeader(image).length;
  const append = appender(sink, start);
  const { crc32, deflatedSize } = await deflate(content, append, options);
  const finished: ZipEntry = { ...image, crc32, packedSize: deflatedSize };
  const entries = [finished];
  let end = start + deflatedSize;
  if (blockMap !== undefined) {
    const bytes = Buffer.from(blockMap);
    const entry: ZipEntry = {
      ...{ name: blockMapEntry, time, mode, isZip64, isDeflated: false, offset: end },
      ...{ crc32: zlib.crc32(bytes), size: bytes.length, packedSize: bytes.length },
    };
    const header = localHeader(entry);
    await append(header);
    await append(bytes);
    entries.push(entry);
    end += header.length + bytes.length;
  }
  await append(centralDirectory(entries, end));
  await sink.write(localHeader(finished), 0);
}

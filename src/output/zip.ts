import { appender, type ImageContent, type Sink, type WriteOptions } from './content.ts';
import { deflate } from './deflate.ts';
import type { EncodeOptions } from './encode.ts';
import { centralDirectory, localHeader, type ZipEntry } from './zip-records.ts';

export interface ZipOptions extends WriteOptions, EncodeOptions {
  /** Of the image in the archive. */
  readonly name: string;
  /** Of the image in the archive. */
  readonly time: Date;
  /** Permissions of the image when it is unpacked. */
  readonly mode: number;
  /** Size from which on an archive is of the zip64 kind. @default just below 4 GiB */
  readonly zip64From?: number;
}

/** 4 GiB less the 16 MiB that data which does not compress could grow by. */
const zip64From = 2 ** 32 - 16 * 1024 * 1024;

/** Writes an image as the one file of a zip archive. The header in front is written again at the end, with all sizes. */
export async function writeZip(content: ImageContent, sink: Sink, options: ZipOptions): Promise<void> {
  const entry: ZipEntry = {
    name: options.name,
    time: options.time,
    mode: options.mode,
    crc32: 0,
    size: content.size,
    deflatedSize: 0,
    isZip64: content.size >= (options.zip64From ?? zip64From),
  };
  const append = appender(sink, localHeader(entry).length);
  const finished: ZipEntry = { ...entry, ...(await deflate(content, append, options)) };
  await append(centralDirectory(finished));
  await sink.write(localHeader(finished), 0);
}

import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import zlib from 'node:zlib';
import type { CompressedFormat } from './format.ts';
import { type Environment, streamProgram } from './program.ts';
import { xzProgram } from './xz/tool.ts';
import { blockMapEntry } from './zip.ts';
import { zstdProgram } from './zst.ts';

/** Takes the image, piece by piece. */
export type Use = (bytes: Uint8Array) => void;

export interface DecodeOptions {
  readonly environment: Environment;
  readonly signal?: AbortSignal | undefined;
}

/** Decodes a finished file by somebody else's code, checking all sums in it. */
export async function decode(
  file: string,
  format: CompressedFormat,
  use: Use,
  { environment, signal }: DecodeOptions,
): Promise<void> {
  if (format === '.img.xz') {
    // On all cores where xz can (5.4 and later), since the blocks tell their sizes.
    const args = ['--decompress', '--stdout', '--threads=0', '--', file];
    return each(use)(streamProgram(xzProgram, args, { environment, stop: signal }));
  }
  if (format === '.img.zst') {
    const args = ['--quiet', '--decompress', '--stdout', '--', file];
    return each(use)(streamProgram(zstdProgram, args, { environment, stop: signal }));
  }
  const read = { highWaterMark: 1024 * 1024 };
  if (format === '.img.gz') {
    const gunzip = zlib.createGunzip({ chunkSize: 256 * 1024 });
    return pipeline(createReadStream(file, read), gunzip, each(use), { ...(signal && { signal }) });
  }
  return unzip(file, use, signal);
}

async function unzip(file: string, use: Use, signal?: AbortSignal): Promise<void> {
  const { openPromise } = await import('yauzl');
  const zip = await openPromise(file, { autoClose: false });
  try {
    let images = 0;
    for await (const entry of zip.eachEntry()) {
      const isImage = entry.fileName !== blockMapEntry;
      if (isImage) images++;
      let crc32 = 0;
      const stream = await zip.openReadStreamPromise(entry);
      const consume = each((bytes) => {
        crc32 = zlib.crc32(bytes, crc32);
        if (isImage) use(bytes);
      });
      await pipeline(stream, consume, { ...(signal && { signal }) });
      // yauzl leaves this to its users.
      if (crc32 !== entry.crc32) throw new Error('the CRC32 of the data is not the one in the directory');
    }
    if (images !== 1) throw new Error(`the archive holds ${images} images`);
  } finally {
    zip.close();
  }
}

function each(use: Use) {
  return async (pieces: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const bytes of pieces) use(bytes);
  };
}

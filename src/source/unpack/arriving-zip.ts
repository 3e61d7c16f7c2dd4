import { rm } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { crc32 } from 'node:zlib';
import { peek, slice } from '../peek.ts';
import { type DecodeContext, damaged, isDamage, isZlibError } from './decoder.ts';
import { inflate } from './inflate.ts';
import { type WriteImageOptions, type WrittenImage, writeRawImage } from './unpack.ts';
import { mayBeImage, openZip } from './zip.ts';
import {
  deflated,
  fixedLength,
  type LocalHeader,
  localHeaderLength,
  type PackedFile,
  parseLocalHeader,
} from './zip-header.ts';

/** An image that was unpacked before the directory of its archive was there. It counts for nothing until it is confirmed. */
export interface EarlyImage {
  /**
   * The image, if it is the one that the directory of the whole archive at `path` says; else undefined, and the file that
   * it was written to is gone. `source.archive` as `openZip`.
   */
  confirm(path: string): Promise<WrittenImage | undefined>;
}

/**
 * Unpacks the first file of a .zip to the new file `to` as the archive arrives, by its local header. Undefined where that
 * cannot be done – another file comes first, its end is not told, it is damaged – and then nothing is left behind.
 */
export async function unpackArrivingZip(
  archive: AsyncIterable<Uint8Array>,
  { to, ...options }: WriteImageOptions & { readonly to: string },
  context: DecodeContext,
): Promise<EarlyImage | undefined> {
  const first = await FirstFile.of(archive, context);
  if (!first) return undefined;
  let image: WrittenImage;
  try {
    image = await writeRawImage(to, first.content(), options);
  } catch (error) {
    if (!isDamage(error)) throw error;
    await rm(to, { force: true });
    await options.copy?.giveUp();
    return undefined;
  }
  return {
    async confirm(path) {
      const zip = await openZip(path, context);
      zip.close();
      if (isDeepStrictEqual(zip.packed, first.packed)) return image;
      await rm(to);
      return undefined;
    },
  };
}

/** The first file of a .zip, by nothing but its local header and its data. */
class FirstFile {
  readonly #header: LocalHeader;
  readonly #archive: AsyncIterable<Uint8Array>;
  readonly #context: DecodeContext;
  #packedSize = 0;
  #size = 0;
  #crc32 = 0;

  private constructor(header: LocalHeader, archive: AsyncIterable<Uint8Array>, context: DecodeContext) {
    this.#header = header;
    this.#archive = archive;
    this.#context = context;
  }

  static async of(
    archive: AsyncIterable<Uint8Array>,
    context: DecodeContext,
  ): Promise<FirstFile | undefined> {
    const start = await peek(archive[Symbol.asyncIterator](), fixedLength);
    const length = localHeaderLength(start.head);
    if (length === undefined) return undefined;
    const { head, all } = await peek(start.all[Symbol.asyncIterator](), length);
    const header = parseLocalHeader(head);
    return header && mayBeImage(header.rawName) ? new FirstFile(header, all, context) : undefined;
  }

  /** What it turned out to be, when its content was read. */
  get packed(): PackedFile {
    const { rawName, method } = this.#header;
    return {
      ...{ rawName, method, offset: 0 },
      ...{ packedSize: this.#packedSize, size: this.#size, crc32: this.#crc32 },
    };
  }

  async *content(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of this.#header.method === deflated ? this.#inflated() : this.#stored()) {
        this.#crc32 = crc32(chunk, this.#crc32);
        this.#size += chunk.length;
        yield chunk;
      }
    } catch (error) {
      throw isZlibError(error) ? damaged(this.#context.subject, error.message, error) : error;
    }
  }

  async *#inflated(): AsyncGenerator<Uint8Array> {
    this.#packedSize = yield* inflate(slice(this.#archive, this.#header.length), this.#context);
  }

  async *#stored(): AsyncGenerator<Uint8Array> {
    for await (const chunk of slice(this.#archive, this.#header.length, this.#header.packedSize)) {
      this.#packedSize += chunk.length;
      yield chunk;
    }
  }
}

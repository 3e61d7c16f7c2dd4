import { crc32 } from 'node:zlib';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { type DecodeContext, damaged } from './decoder.ts';
import { inflate } from './inflate.ts';
import { deflated, type PackedFile } from './zip-header.ts';

/** More entries than any archive of an image has; reading them all must stay cheap. */
const entryLimit = 10_000;

/** The image inside a .zip. Its name chooses it and is never used as a path. */
export interface ZippedImage {
  /** Of the raw image, in bytes, as the archive says. */
  readonly size: number;
  /** What the directory says of it. */
  readonly packed: PackedFile;
  /** Its content, checked against size and CRC by the time it ends. */
  content(): AsyncGenerator<Uint8Array>;
  close(): void;
}

/** Opens the one image in the .zip at `path`, zip64 included. `source.archive` when there is none, or more than one. */
export async function openZip(path: string, context: DecodeContext): Promise<ZippedImage> {
  const { subject } = context;
  const zip = await yauzl.openPromise(path, { autoClose: false }).catch((error: Error) => {
    throw damaged(subject, error.message, error);
  });
  try {
    const entry = chooseImage(await listFiles(zip, subject), subject);
    if (entry.isEncrypted()) throw damaged(subject, 'it is locked with a password');
    if (!entry.canDecodeFileData()) {
      throw damaged(subject, `it was packed by method ${entry.compressionMethod}; repack it with Deflate`);
    }
    return {
      size: entry.uncompressedSize,
      packed: packedFile(entry),
      content: () => read(zip, entry, context),
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function listFiles(zip: ZipFile, subject: string): Promise<Entry[]> {
  if (zip.entryCount > entryLimit) throw damaged(subject, `it holds ${zip.entryCount} files`);
  const files: Entry[] = [];
  try {
    for await (const entry of zip.eachEntry()) if (!entry.fileName.endsWith('/')) files.push(entry);
  } catch (error) {
    throw damaged(subject, (error as Error).message, error);
  }
  return files;
}

/** The only .img; or the only file at all, whatever its name. */
function chooseImage(files: readonly Entry[], subject: string): Entry {
  const own = files.filter(({ fileName }) => isOwn(fileName));
  const images = own.filter(({ fileName }) => isNamedImage(fileName));
  const candidates = images.length > 0 ? images : own;
  const [only] = candidates;
  if (!only) throw damaged(subject, 'the zip is empty, there is no image in it');
  if (candidates.length > 1) {
    const names = candidates.slice(0, 3).map(({ fileName }) => fileName);
    throw damaged(subject, `there is more than one image in it (${names.join(', ')}); unpack the right one`);
  }
  return only;
}

/** Whether a file of this name can be chosen as the image, whatever else is in the archive. */
export function mayBeImage(name: string): boolean {
  return isOwn(name) && isNamedImage(name);
}

/** Files that macOS and Etcher add are not. */
const isOwn = (name: string): boolean => !/(^|\/)(\.|__MACOSX\/)/.test(name);
const isNamedImage = (name: string): boolean => /\.img$/i.test(name);

function packedFile(entry: Entry): PackedFile {
  return {
    rawName: entry.fileNameRaw.toString('latin1'),
    offset: entry.relativeOffsetOfLocalHeader,
    method: entry.compressionMethod,
    packedSize: entry.compressedSize,
    size: entry.uncompressedSize,
    crc32: entry.crc32,
  };
}

async function* read(zip: ZipFile, entry: Entry, context: DecodeContext): AsyncGenerator<Uint8Array> {
  const { subject } = context;
  let crc = 0;
  let size = 0;
  try {
    const stored = await zip.openReadStreamPromise(entry, { decodeFileData: false });
    for await (const chunk of entry.compressionMethod === deflated
      ? inflated(stored, entry, context)
      : stored) {
      crc = crc32(chunk, crc);
      size += chunk.length;
      if (size > entry.uncompressedSize) break;
      yield chunk;
    }
  } catch (error) {
    throw damaged(subject, (error as Error).message, error);
  }
  if (size !== entry.uncompressedSize) throw damaged(subject, 'its content is not as long as it says');
  if (crc !== entry.crc32) throw damaged(subject, 'its checksum is wrong');
}

async function* inflated(
  stored: AsyncIterable<Uint8Array>,
  entry: Entry,
  context: DecodeContext,
): AsyncGenerator<Uint8Array> {
  const used = yield* inflate(stored, context);
  if (used !== entry.compressedSize) throw new Error('something else follows its end');
}

/**
 * The records of a zip archive with one deflated file (PKWARE APPNOTE 6.3.10). Numbers are little-endian. An
 * archive is of the zip64 kind when its file may not fit into 32 bits, and then says so everywhere.
 */
export interface ZipEntry {
  readonly name: string;
  readonly time: Date;
  /** Permission bits as on Unix. */
  readonly mode: number;
  readonly crc32: number;
  readonly size: number;
  readonly deflatedSize: number;
  readonly isZip64: boolean;
}

const signature = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50 };
const zip64Signature = { end: 0x06064b50, locator: 0x07064b50 };
const elsewhere = 0xffffffff;
const deflated = 8;
const nameIsUtf8 = 1 << 11;
const madeOnUnix = 3 << 8;
const regularFile = 0o100000;

/** What stands before the data; as long for any sizes, so that it can be written again when they are known. */
export function localHeader(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.name);
  const extra = zip64Extra(entry);
  return Buffer.concat([
    numbers([signature.local, 4], ...common(entry), [name.length, 2], [extra.length, 2]),
    name,
    extra,
  ]);
}

/** What stands after the data, which begins behind a local header at the start of the file. */
export function centralDirectory(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.name);
  const extra = zip64Extra(entry);
  const header = Buffer.concat([
    numbers(
      [signature.central, 4],
      [madeOnUnix | version(entry), 2],
      ...common(entry),
      [name.length, 2],
      [extra.length, 2],
      [0, 2], // comment
      [0, 2], // disk
      [0, 2], // internal attributes
      [(regularFile | entry.mode) * 2 ** 16, 4],
      [0, 4], // offset of the local header
    ),
    name,
    extra,
  ]);
  const offset = localHeader(entry).length + entry.deflatedSize;
  return Buffer.concat([header, ...endOfDirectory(entry, offset, header.length)]);
}

function endOfDirectory(entry: ZipEntry, offset: number, length: number): Buffer[] {
  const end = (place: number): Buffer =>
    numbers([signature.end, 4], [0, 2], [0, 2], [1, 2], [1, 2], [length, 4], [place, 4], [0, 2]);
  if (!entry.isZip64) return [end(offset)];
  const zip64End = numbers(
    [zip64Signature.end, 4],
    [44, 8], // bytes that follow in this record
    [madeOnUnix | version(entry), 2],
    [version(entry), 2],
    [0, 4], // this disk
    [0, 4], // disk of the directory
    [1, 8],
    [1, 8],
    [length, 8],
    [offset, 8],
  );
  const locator = numbers([zip64Signature.locator, 4], [0, 4], [offset + length, 8], [1, 4]);
  return [zip64End, locator, end(elsewhere)];
}

/** The fields that both headers share, in their order. */
function common(entry: ZipEntry): Field[] {
  const { date, time } = dosTime(entry.time);
  return [
    [version(entry), 2],
    [nameIsUtf8, 2],
    [deflated, 2],
    [time, 2],
    [date, 2],
    [entry.crc32, 4],
    [entry.isZip64 ? elsewhere : entry.deflatedSize, 4],
    [entry.isZip64 ? elsewhere : entry.size, 4],
  ];
}

const version = ({ isZip64 }: ZipEntry): number => (isZip64 ? 45 : 20);

function zip64Extra({ isZip64, size, deflatedSize }: ZipEntry): Buffer {
  return isZip64 ? numbers([1, 2], [16, 2], [size, 8], [deflatedSize, 8]) : Buffer.alloc(0);
}

/** UTC in the two-second steps of MS-DOS, which counts from 1980 to 2107. */
function dosTime(when: Date): { date: number; time: number } {
  const at = new Date(Math.min(Math.max(when.getTime(), Date.UTC(1980, 0, 1)), Date.UTC(2107, 11, 31)));
  return {
    date: ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
  };
}

type Field = readonly [value: number, bytes: 2 | 4 | 8];

function numbers(...fields: readonly Field[]): Buffer {
  const buffer = Buffer.alloc(fields.reduce((sum, [, bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [value, bytes] of fields) {
    if (bytes === 8) buffer.writeBigUInt64LE(BigInt(value), at);
    else buffer.writeUIntLE(value, at, bytes);
    at += bytes;
  }
  return buffer;
}

/**
 * The records of a zip archive (PKWARE APPNOTE 6.3.10). Numbers are little-endian. An
 * archive is of the zip64 kind when its files may not fit into 32 bits, and then says so everywhere.
 */
export interface ZipEntry {
  readonly name: string;
  readonly time: Date;
  /** Permission bits as on Unix. */
  readonly mode: number;
  readonly crc32: number;
  readonly size: number;
  /** Of its data in the archive. */
  readonly packedSize: number;
  /** By deflate; stored as it is otherwise. */
  readonly isDeflated: boolean;
  /** Of its local header. */
  readonly offset: number;
  readonly isZip64: boolean;
}

const signature = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50 };
const zip64Signature = { end: 0x06064b50, locator: 0x07064b50 };
const elsewhere = 0xffffffff;
const stored = 0;
const deflated = 8;
const nameIsUtf8 = 1 << 11;
const madeOnUnix = 3 << 8;
const regularFile = 0o100000;

/** What stands before the data; as long for any sizes, so that it can be written again when they are known. */
export function localHeader(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.name);
  const extra = zip64Extra(entry, []);
  return Buffer.concat([
    numbers([signature.local, 4], ...common(entry), [name.length, 2], [extra.length, 2]),
    name,
    extra,
  ]);
}

/** What stands after the data of all entries, at `offset`. */
export function centralDirectory(entries: readonly ZipEntry[], offset: number): Buffer {
  const headers = Buffer.concat(entries.map(centralHeader));
  return Buffer.concat([headers, ...endOfDirectory(entries, offset, headers.length)]);
}

function centralHeader(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.name);
  const extra = zip64Extra(entry, [[entry.offset, 8]]);
  return Buffer.concat([
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
      [entry.isZip64 ? elsewhere : entry.offset, 4],
    ),
    name,
    extra,
  ]);
}

function endOfDirectory(entries: readonly ZipEntry[], offset: number, length: number): Buffer[] {
  const count = entries.length;
  const end = (place: number): Buffer =>
    numbers([signature.end, 4], [0, 2], [0, 2], [count, 2], [count, 2], [length, 4], [place, 4], [0, 2]);
  const large = entries.find(({ isZip64 }) => isZip64);
  if (!large) return [end(offset)];
  const zip64End = numbers(
    [zip64Signature.end, 4],
    [44, 8], // bytes that follow in this record
    [madeOnUnix | version(large), 2],
    [version(large), 2],
    [0, 4], // this disk
    [0, 4], // disk of the directory
    [count, 8],
    [count, 8],
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
    [entry.isDeflated ? deflated : stored, 2],
    [time, 2],
    [date, 2],
    [entry.crc32, 4],
    [entry.isZip64 ? elsewhere : entry.packedSize, 4],
    [entry.isZip64 ? elsewhere : entry.size, 4],
  ];
}

const version = ({ isZip64 }: ZipEntry): number => (isZip64 ? 45 : 20);

/** Sizes, and in the directory the offset. */
function zip64Extra({ isZip64, size, packedSize }: ZipEntry, others: readonly Field[]): Buffer {
  if (!isZip64) return Buffer.alloc(0);
  return numbers([1, 2], [16 + 8 * others.length, 2], [size, 8], [packedSize, 8], ...others);
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

/** A file in a .zip, as far as it decides what comes of unpacking it. */
export interface PackedFile {
  /** Byte by byte as it stands in the archive, whatever its encoding. */
  readonly rawName: string;
  /** Of its local header in the archive. */
  readonly offset: number;
  /** How it is compressed, as the specification numbers it. */
  readonly method: number;
  /** Of its data in the archive, bytes. */
  readonly packedSize: number;
  /** Unpacked, bytes. */
  readonly size: number;
  readonly crc32: number;
}

/** Compression methods that we know: as it is, and by Deflate. */
export const stored = 0;
export const deflated = 8;

/** Header in front of a file's data (PKWARE APPNOTE 6.3.10, section 4.3.7), by which it can be unpacked. */
export interface LocalHeader extends Pick<PackedFile, 'rawName' | 'method'> {
  /** Of the header itself: where the data begins. */
  readonly length: number;
  /** Of a file that is stored as it is, whose end nothing else tells. */
  readonly packedSize?: number;
}

const signature = 0x04034b50;
/** Bytes of a header before the name, which say how long name and extra fields are. */
export const fixedLength = 30;

/** Bits of the general purpose flag (4.4.4): encrypted, patched, strongly encrypted, masked. */
const unreadable = (1 << 0) | (1 << 5) | (1 << 6) | (1 << 13);
/** Sizes follow the data. */
const sizesFollow = 1 << 3;
/** In the place of a size that an extra field has in 64 bits. */
const elsewhere = 0xffffffff;
const zip64Field = 0x0001;

/** Bytes of the local header that begins here; undefined where none does. */
export function localHeaderLength(start: Uint8Array): number | undefined {
  const view = viewOf(start);
  if (view.length < fixedLength || view.readUInt32LE(0) !== signature) return undefined;
  return fixedLength + view.readUInt16LE(26) + view.readUInt16LE(28);
}

/** Undefined for a file that cannot be unpacked by its local header alone, and where there is none or not all of it. */
export function parseLocalHeader(bytes: Uint8Array): LocalHeader | undefined {
  const length = localHeaderLength(bytes);
  if (length === undefined || bytes.length < length) return undefined;
  const header = viewOf(bytes).subarray(0, length);
  const nameEnd = fixedLength + header.readUInt16LE(26);
  const rawName = header.toString('latin1', fixedLength, nameEnd);
  const flags = header.readUInt16LE(6);
  const method = header.readUInt16LE(8);
  if ((flags & unreadable) !== 0) return undefined;
  if (method === deflated) return { rawName, method, length };
  if (method !== stored || (flags & sizesFollow) !== 0) return undefined;
  const packedSize = packedSizeIn(header, header.subarray(nameEnd));
  return packedSize === undefined ? undefined : { rawName, method, length, packedSize };
}

function packedSizeIn(header: Buffer, extraFields: Buffer): number | undefined {
  const packedSize = header.readUInt32LE(18);
  if (packedSize !== elsewhere) return packedSize;
  const field = extraField(extraFields, zip64Field);
  // The size that is unpacked stands before it, where that is there too.
  const at = header.readUInt32LE(22) === elsewhere ? 8 : 0;
  if (field === undefined || field.length < at + 8) return undefined;
  const wide = Number(field.readBigUInt64LE(at));
  return Number.isSafeInteger(wide) ? wide : undefined;
}

function extraField(fields: Buffer, id: number): Buffer | undefined {
  for (let at = 0; at + 4 <= fields.length; ) {
    const end = at + 4 + fields.readUInt16LE(at + 2);
    if (fields.readUInt16LE(at) === id && end <= fields.length) return fields.subarray(at + 4, end);
    at = end;
  }
  return undefined;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

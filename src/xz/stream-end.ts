import { crc32, footerMagic, footerSize } from './container.ts';
import { check } from './fault.ts';
import { decodeNumber } from './numbers.ts';

export interface Footer {
  /** Bytes of the index, which lies before it. */
  readonly indexSize: number;
  readonly flags: Uint8Array;
}

/**
 * Footer of a stream [2.1.2].
 * @throws XzFault
 */
export function parseFooter(footer: Uint8Array): Footer {
  const view = Buffer.from(footer.buffer, footer.byteOffset, footer.byteLength);
  check(footer.length === footerSize && view.subarray(10).equals(footerMagic), 'it does not end in a footer');
  check(crc32(view.subarray(4, 10)).equals(view.subarray(0, 4)), 'the footer is damaged');
  return { indexSize: (view.readUInt32LE(4) + 1) * 4, flags: view.subarray(8, 10) };
}

/** What the index says of a block [4.3]. */
export interface IndexRecord {
  /** Header, compressed data and check, without the padding between the last two. */
  readonly unpaddedSize: number;
  /** Of the data that is compressed in it. */
  readonly size: number;
}

/** No image of ours has more: 2 TiB of blocks of 2 MiB. */
const mostRecords = 2 ** 20;

/**
 * An index [4], with its checksum.
 * @throws XzFault
 */
export function parseIndex(bytes: Uint8Array): readonly IndexRecord[] {
  const end = bytes.length - 4;
  check(end > 0 && bytes[0] === 0, 'the index is not where the footer says');
  check(crc32(bytes.subarray(0, end)).equals(bytes.subarray(end)), 'the index is damaged');
  const fields = bytes.subarray(0, end);
  const count = decodeNumber(fields, 1);
  check(count.value <= mostRecords, 'it has too many blocks');
  const records: IndexRecord[] = [];
  let at = count.end;
  for (let index = 0; index < count.value; index++) {
    const unpadded = decodeNumber(fields, at);
    const size = decodeNumber(fields, unpadded.end);
    at = size.end;
    check(unpadded.value >= 5, 'a block is too short');
    records.push({ unpaddedSize: unpadded.value, size: size.value });
  }
  check(at + (-at & 3) === end && fields.subarray(at).every((byte) => byte === 0), 'the index is too long');
  return records;
}

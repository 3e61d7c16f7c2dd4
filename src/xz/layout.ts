import { footerSize, streamHeader, streamHeaderWith } from './container.ts';
import { check } from './fault.ts';
import { type IndexRecord, parseFooter, parseIndex } from './stream-end.ts';

/** Reads `length` bytes of a file at `position`; fewer at its end. */
export type ReadAt = (position: number, length: number) => Promise<Uint8Array>;

/** A block, where it is in the file, and what it becomes. */
export interface XzBlockPlace extends IndexRecord {
  /** In the file, bytes. */
  readonly offset: number;
  /** Of its data in all the data, bytes. */
  readonly position: number;
  /** Second byte of the stream flags [2.1.1.2]: what check follows the data. */
  readonly checkType: number;
}

export interface XzLayout {
  readonly blocks: readonly XzBlockPlace[];
  /** Of all the data, bytes. */
  readonly size: number;
}

/** More than any image has, and little to read: a hostile file may ask for 16 GiB. */
const largestIndex = 2 ** 24;
const mostPadding = 2 ** 20;
const paddingPiece = 2 ** 16;

/**
 * Where the blocks of an .xz file are: read from its end, stream by stream, without a look at the blocks.
 * @throws XzFault
 */
export async function readLayout(read: ReadAt, fileSize: number): Promise<XzLayout> {
  const streams: StreamPlace[] = [];
  for (let end = fileSize; end > 0; ) {
    const stream = await streamEndingAt(await paddingStart(read, end), read);
    streams.unshift(stream);
    end = stream.start;
  }
  check(streams.length > 0, 'it is empty');
  let position = 0;
  const blocks = streams.flatMap(({ start, checkType, records }) => {
    let offset = start + streamHeader.length;
    return records.map((record): XzBlockPlace => {
      const block = { ...record, offset, position, checkType };
      offset += paddedSize(record);
      position += record.size;
      return block;
    });
  });
  check(Number.isSafeInteger(position), 'its data is too long');
  return { blocks, size: position };
}

/** Of the whole block in the file: headers and data are padded to multiples of four [3.3]. */
export function paddedSize({ unpaddedSize }: IndexRecord): number {
  return unpaddedSize + (-unpaddedSize & 3);
}

interface StreamPlace {
  readonly start: number;
  readonly checkType: number;
  readonly records: readonly IndexRecord[];
}

async function streamEndingAt(end: number, read: ReadAt): Promise<StreamPlace> {
  check(end >= streamHeader.length + footerSize, 'it is cut off');
  const { indexSize, flags } = parseFooter(await read(end - footerSize, footerSize));
  const indexStart = end - footerSize - indexSize;
  check(indexSize <= largestIndex && indexStart >= streamHeader.length, 'the footer is wrong');
  const records = parseIndex(await read(indexStart, indexSize));
  const start = records.reduce((at, record) => at - paddedSize(record), indexStart) - streamHeader.length;
  check(start >= 0, 'the index is wrong');
  const header = await read(start, streamHeader.length);
  check(streamHeaderWith(flags).equals(header), 'it does not start with the header of a stream');
  const [reserved = 0, checkType = 0] = flags;
  check(reserved === 0 && checkType < 16, 'its flags are unknown');
  return { start, checkType, records };
}

/** Where the zeros before `end` begin: streams may be followed by such, in fours [2.2]. */
async function paddingStart(read: ReadAt, end: number): Promise<number> {
  for (let at = end; ; ) {
    check(end - at <= mostPadding, 'it has too much padding');
    const length = Math.min(paddingPiece, at);
    const piece = Buffer.from(await read(at - length, length));
    const last = piece.findLastIndex((byte) => byte !== 0);
    if (last === -1 && length > 0) {
      at -= length;
      continue;
    }
    const start = at - length + last + 1;
    // A footer ends in 'YZ', so what is no multiple of four is no padding.
    check((end - start) % 4 === 0, 'it is cut off');
    return start;
  }
}

import { PiImageError } from '../../model/errors.ts';
import {
  checkSize,
  crc32,
  footerSize,
  padded,
  streamFlags,
  streamHeader,
  type XzBlock,
} from './container.ts';
import { decodeNumber, encodeNumber } from './numbers.ts';

/** Block flags [3.1.2]: both sizes are in the header, one filter. */
const withSizes = 0xc0;
const numberOfFilters = 0x03;

/**
 * Takes the only block out of a stream and writes the sizes of its data into its header, where `xz -T1` leaves them
 * out: with them, decoders can work on all cores.
 * @throws PiImageError `output.failed` when it is not such a stream
 */
export function blockOf(stream: Uint8Array, size: number): XzBlock {
  const index = indexOf(stream);
  const headerSize = ((stream[streamHeader.length] ?? 0) + 1) * 4;
  const dataStart = streamHeader.length + headerSize;
  const dataSize = index.unpaddedSize - headerSize - checkSize;
  const dataEnd = dataStart + dataSize + (-dataSize & 3);
  check(dataSize > 0 && index.size === size && dataEnd + checkSize === index.start);

  const filters = filtersIn(stream.subarray(streamHeader.length, dataStart));
  const header = blockHeader(dataSize, size, filters);
  return {
    bytes: Buffer.concat([header, stream.subarray(dataStart, dataEnd + checkSize)]),
    unpaddedSize: header.length + dataSize + checkSize,
    size,
  };
}

/** The one record of the index [4], found from the footer [2.1.2]. */
function indexOf(stream: Uint8Array): { start: number; unpaddedSize: number; size: number } {
  const view = Buffer.from(stream.buffer, stream.byteOffset, stream.byteLength);
  const footer = stream.length - footerSize;
  check(
    footer > streamHeader.length &&
      Buffer.compare(stream.subarray(0, streamHeader.length), streamHeader) === 0,
  );
  check(Buffer.compare(stream.subarray(footer + 8, footer + 10), streamFlags) === 0);
  const start = footer - (view.readUInt32LE(footer + 4) + 1) * 4;
  check(start > streamHeader.length && stream[start] === 0);
  const records = decodeNumber(stream, start + 1);
  check(records.value === 1);
  const unpadded = decodeNumber(stream, records.end);
  return { start, unpaddedSize: unpadded.value, size: decodeNumber(stream, unpadded.end).value };
}

/** The filter flags of a block header [3.1.5], as they are; the padding after them may stay. */
function filtersIn(header: Uint8Array): Uint8Array {
  const flags = header[1] ?? 0;
  check((flags & numberOfFilters) === 0);
  let at = 2;
  if (flags & 0x40) at = decodeNumber(header, at).end;
  if (flags & 0x80) at = decodeNumber(header, at).end;
  const id = decodeNumber(header, at);
  const length = decodeNumber(header, id.end);
  check(length.end + length.value <= header.length - 4);
  return header.subarray(at, length.end + length.value);
}

function blockHeader(dataSize: number, size: number, filters: Uint8Array): Uint8Array {
  const fields = padded(
    Buffer.concat([Uint8Array.of(0, withSizes), encodeNumber(dataSize), encodeNumber(size), filters]),
  );
  // The size byte [3.1.1] counts in fours, the CRC32 at the end included, and less one.
  fields[0] = fields.length / 4;
  return Buffer.concat([fields, crc32(fields)]);
}

function check(holds: boolean): asserts holds {
  if (holds) return;
  throw new PiImageError('output.failed', 'the xz program gave something that is no stream of one block', {
    help: 'Check that `xz` on your PATH is that of XZ Utils, or write the image as .img.gz.',
  });
}

import { PiImageError } from '../../model/errors.ts';
import { composeBlock, parseBlockHeader } from '../../xz/block-header.ts';
import { checkSize, footerSize, streamFlags, streamHeader, type XzBlock } from '../../xz/container.ts';
import { check, XzFault } from '../../xz/fault.ts';
import { parseFooter, parseIndex } from '../../xz/stream-end.ts';

/**
 * Takes the only block out of a stream and writes the sizes of its data into its header, where `xz -T1` leaves them
 * out: with them, decoders can work on all cores.
 * @throws PiImageError `output.failed` when it is not such a stream
 */
export function blockOf(stream: Uint8Array, size: number): XzBlock {
  try {
    return onlyBlockOf(stream, size);
  } catch (cause) {
    if (!(cause instanceof XzFault)) throw cause;
    const message = 'the xz program gave something that is no stream of one block';
    throw new PiImageError('output.failed', `${message}: ${cause.message}`, {
      help: 'Check that `xz` on your PATH is that of XZ Utils, or write the image as .img.gz.',
      cause,
    });
  }
}

function onlyBlockOf(stream: Uint8Array, size: number): XzBlock {
  const start = streamHeader.length;
  check(
    stream.length >= start + footerSize && Buffer.compare(stream.subarray(0, start), streamHeader) === 0,
    'it does not start with the header of a stream',
  );
  const footerStart = stream.length - footerSize;
  const { indexSize, flags } = parseFooter(stream.subarray(footerStart));
  check(Buffer.compare(flags, streamFlags) === 0, 'its check is not CRC64');
  const indexStart = footerStart - indexSize;
  check(indexStart > start, 'it has no block');
  const [record, ...others] = parseIndex(stream.subarray(indexStart, footerStart));
  check(record !== undefined && others.length === 0, 'it has not one block');
  const header = parseBlockHeader(stream.subarray(start, indexStart));
  const dataStart = start + header.length;
  const dataSize = record.unpaddedSize - header.length - checkSize;
  const dataEnd = dataStart + dataSize + (-dataSize & 3);
  check(dataSize > 0 && record.size === size && dataEnd + checkSize === indexStart, 'its sizes are wrong');

  const data = [stream.subarray(dataStart, dataStart + dataSize)];
  return composeBlock({
    data,
    size,
    filter: header.filter,
    check: stream.subarray(dataEnd, dataEnd + checkSize),
  });
}

import { createGunzip } from 'node:zlib';
import { type Decode, damaged, isZlibError } from './decoder.ts';
import { through } from './filter.ts';

/** .gz with any number of members, each with its checksum, as pigz and bgzip make them. */
export const decodeGz: Decode = async function* (archive, context) {
  const { subject } = context;
  const chunks = archive[Symbol.asyncIterator]();
  let received = 0;
  let contentEnd = 0;
  const next = async (): Promise<Uint8Array | undefined> => {
    const { done, value } = await chunks.next();
    if (done) return undefined;
    const last = lastNonZero(value);
    if (last >= 0) contentEnd = received + last + 1;
    received += value.length;
    return value;
  };
  const feed = async function* (): AsyncGenerator<Uint8Array> {
    for (let chunk = await next(); chunk; chunk = await next()) yield chunk;
  };
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  const stop = (): void => void gunzip.destroy();
  try {
    yield* through(feed(), { input: gunzip, output: gunzip, ended: Promise.resolve(), stop }, context);
    // zlib takes a zero after a member for padding and looks no further, but more may follow.
    while (await next());
  } catch (error) {
    throw isZlibError(error) ? damaged(subject, error.message, error) : error;
  } finally {
    await chunks.return?.();
  }
  if (gunzip.bytesWritten < contentEnd) throw damaged(subject, 'something else follows its end');
};

function lastNonZero(bytes: Uint8Array): number {
  let at = bytes.length - 1;
  while (at >= 0 && bytes[at] === 0) at--;
  return at;
}

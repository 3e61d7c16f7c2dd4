// @ts-check
import { Readable } from 'node:stream';
import xz from 'xz-decompress';

/** What the codes of XZ Embedded (xz.h, enum xz_ret) mean to a person. */
const reasons = new Map([
  [3, 'there is not enough memory'],
  [4, 'it needs more memory than the built-in decoder has; install xz'],
  [5, 'it is not in the xz format'],
  [6, 'it uses a check or a filter that the built-in decoder does not know; install xz'],
  [7, 'its content is corrupt'],
  [8, 'it ends too early'],
]);

/** Decodes .xz with any number of streams and blocks. @param {Readable} source */
export async function* decodeXz(source) {
  const stream = new xz.XzReadableStream(/** @type {ReadableStream<Uint8Array>} */ (Readable.toWeb(source)));
  try {
    yield* /** @type {AsyncIterable<Uint8Array>} */ (/** @type {unknown} */ (stream));
  } catch (error) {
    const code = /error code (\d+)/.exec(String(error))?.[1];
    throw new Error(reasons.get(Number(code)) ?? 'it is not in the xz format', { cause: error });
  }
}

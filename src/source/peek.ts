export interface Peeked {
  /** At least as many bytes as were asked for, fewer where there are no more. */
  readonly head: Buffer;
  /** All bytes, these too. Whoever stops reading leaves the rest to the next who reads it. */
  readonly all: AsyncIterable<Uint8Array>;
}

/** The first bytes of what arrives, without taking them away. */
export async function peek(chunks: AsyncIterator<Uint8Array>, length: number): Promise<Peeked> {
  const first: Uint8Array[] = [];
  for (let size = 0; size < length; ) {
    const { done, value } = await chunks.next();
    if (done) break;
    first.push(value);
    size += value.length;
  }
  const head = Buffer.concat(first);
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    const value = first.shift();
    return value ? { done: false, value } : chunks.next();
  };
  return { head, all: { [Symbol.asyncIterator]: () => ({ next }) } };
}

/** The bytes from `start` on, `length` of them at most. */
export async function* slice(
  chunks: AsyncIterable<Uint8Array>,
  start: number,
  length: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<Uint8Array> {
  let position = -start;
  if (length <= 0) return;
  for await (const chunk of chunks) {
    const part = chunk.subarray(Math.max(0, -position), Math.max(0, length - position));
    position += chunk.length;
    if (part.length > 0) yield part;
    if (position >= length) return;
  }
}

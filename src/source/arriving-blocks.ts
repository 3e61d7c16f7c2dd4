import { createHash, type Hash } from 'node:crypto';
import { parseBlockHeader } from '../xz/block-header.ts';
import { checkSize, streamHeader } from '../xz/container.ts';
import { unlessFault } from '../xz/fault.ts';
import { paddedSize } from '../xz/layout.ts';

/** A stretch of an .xz archive that claims to be a block. */
export interface ArrivedBlock {
  /** In the archive, and of the whole block with its padding; bytes. */
  readonly offset: number;
  readonly length: number;
  /** Hex. */
  readonly sha256: string;
}

interface Block {
  readonly offset: number;
  readonly length: number;
  readonly hash: Hash;
}

/**
 * Digests of the blocks of an .xz archive as it arrives, so that it need not be read once more for them. Blocks tell their
 * sizes in their headers; where one does not, or anything else comes than blocks of the first stream, no more are found.
 * Whether they are the blocks of the archive, only its index says.
 */
export class ArrivingBlocks {
  readonly #found: ArrivedBlock[] = [];
  #position = 0;
  /** First that of the stream, then that of each block. */
  #header = Buffer.alloc(0);
  #wanted = streamHeader.length;
  #block: Block | undefined;
  #isOver = false;

  get found(): readonly ArrivedBlock[] {
    return this.#found;
  }

  update(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length && !this.#isOver; ) {
      const rest = chunk.subarray(at);
      at += this.#block ? this.#readBlock(rest, this.#block) : this.#readHeader(rest);
    }
  }

  /** Like `#readHeader`, gives how many of the bytes it took. */
  #readBlock(bytes: Uint8Array, { offset, length, hash }: Block): number {
    const part = bytes.subarray(0, offset + length - this.#position);
    hash.update(part);
    this.#position += part.length;
    if (this.#position === offset + length) {
      this.#found.push({ offset, length, sha256: hash.digest('hex') });
      this.#block = undefined;
      this.#header = Buffer.alloc(0);
      this.#wanted = 1;
    }
    return part.length;
  }

  #readHeader(bytes: Uint8Array): number {
    const part = bytes.subarray(0, this.#wanted - this.#header.length);
    this.#header = Buffer.concat([this.#header, part]);
    this.#position += part.length;
    if (this.#header.length === this.#wanted) this.#useHeader(this.#position - this.#wanted);
    return part.length;
  }

  #useHeader(offset: number): void {
    const [first = 0] = this.#header;
    if (offset === 0) {
      this.#isOver = !this.#header.equals(streamHeader);
      this.#header = Buffer.alloc(0);
      this.#wanted = 1;
    } else if (this.#wanted === 1) {
      // That of a block tells its length in its first byte [3.1.1].
      this.#wanted = (first + 1) * 4;
    } else {
      const length = blockLength(this.#header);
      if (length === undefined) this.#isOver = true;
      else this.#block = { offset, length, hash: createHash('sha256').update(this.#header) };
    }
  }
}

/** Of the whole block; undefined where its header does not tell, or is that of something else. */
function blockLength(header: Uint8Array): number | undefined {
  const { length = 0, dataSize } = unlessFault(() => parseBlockHeader(header)) ?? {};
  return dataSize === undefined
    ? undefined
    : paddedSize({ unpaddedSize: length + dataSize + checkSize, size: 0 });
}

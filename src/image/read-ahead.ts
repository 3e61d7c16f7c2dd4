import type { BlockDevice } from './device.ts';

const pieceSize = 64 * 1024;
const cacheSize = 2 * 1024 * 1024;

/**
 * Reads of a base that never changes, in pieces of 64 KiB of which the latest 2 MiB are kept. Reads of a piece
 * or more pass by: a stream would only push the metadata out. Several overlays may share one.
 */
export class ReadAhead implements BlockDevice {
  readonly size: number;
  readonly #base: BlockDevice;
  readonly #pieces = new Map<number, Uint8Array>();

  constructor(base: BlockDevice) {
    this.#base = base;
    this.size = base.size;
  }

  readInto(target: Uint8Array, position: number): void {
    if (target.length >= pieceSize) {
      this.#base.readInto(target, position);
      return;
    }
    let done = 0;
    while (done < target.length) {
      const at = position + done;
      const inPiece = at % pieceSize;
      const piece = this.#piece(Math.floor(at / pieceSize));
      const count = Math.min(piece.length - inPiece, target.length - done);
      target.set(piece.subarray(inPiece, inPiece + count), done);
      done += count;
    }
  }

  writeFrom(): never {
    throw new TypeError('a base is only read');
  }

  clear(): void {
    this.#pieces.clear();
  }

  #piece(number: number): Uint8Array {
    const known = this.#pieces.get(number);
    if (known !== undefined) {
      this.#pieces.delete(number);
      this.#pieces.set(number, known);
      return known;
    }
    const bytes = this.#buffer(Math.min(pieceSize, this.#base.size - number * pieceSize));
    this.#base.readInto(bytes, number * pieceSize);
    this.#pieces.set(number, bytes);
    return bytes;
  }

  /** The buffer of the piece unused for longest, or a new one. */
  #buffer(size: number): Uint8Array {
    if (this.#pieces.size < cacheSize / pieceSize) return new Uint8Array(size);
    const [oldest, bytes] = this.#pieces.entries().next().value ?? [];
    if (oldest !== undefined) this.#pieces.delete(oldest);
    return bytes?.length === size ? bytes : new Uint8Array(size);
  }
}

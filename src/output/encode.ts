import type { Code, CodeStore, OriginalCodes } from '../model/code.ts';
import { PiImageError } from '../model/errors.ts';
import { readBuffer } from '../model/read-buffer.ts';
import { isZero } from '../model/zeros.ts';
import type { Edit } from '../xz/lzma/edits.ts';
import { comparison } from './comparison.ts';
import type { ImageContent, Run } from './content.ts';
import { inOrder } from './in-order.ts';
import { type Cuts, type Unit, unitsOf } from './units.ts';

export interface Encoder {
  /** Names all that the code depends on besides the bytes; `[a-z0-9.-]+`. */
  readonly name: string;
  readonly cuts: Cuts;
  /** Units encoded at the same time. */
  readonly limit: number;
  /** What needs no encoding where no edit has touched it. */
  readonly original?: OriginalCodes | undefined;
  encode(bytes: Uint8Array, stop: AbortSignal): Promise<Code>;
  /** What a code of so many bytes of data becomes, in pieces. */
  decode(code: Code, size: number, stop: AbortSignal): AsyncIterable<Uint8Array>;
  /**
   * The code of a unit of the base with edits, their positions counted from its start, made of the original without
   * them; undefined where that cannot be.
   */
  replay?(unit: Run, edits: readonly Edit[], stop: AbortSignal): Promise<Replayed | undefined>;
}

export interface Replayed {
  readonly code: Code;
  /** Keeps for the next build what it was made of. To be called when the code was found to be right. */
  keep(): Promise<void>;
}

export interface EncodeOptions {
  /** Decode every new code and compare; those that are made of others are compared in any case. */
  readonly check: boolean;
  /** Cut smaller around edits, so that a later build finds in the store what lies beside them. */
  readonly splitAtEdits: boolean;
  readonly store?: CodeStore | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Encoded {
  readonly run: Run;
  readonly code: Code;
}

/**
 * Encodes an image unit by unit on all cores; yields the codes in the order of the image. Each is made without a look
 * at its neighbours, so that the result depends neither on the number of cores nor on what the store has; on what the
 * archive of the base consists of, it does.
 * @throws PiImageError `image.verify` when a code does not decode to what went in
 */
export function encodeImage(
  content: ImageContent,
  encoder: Encoder,
  { check, splitAtEdits, store, signal }: EncodeOptions,
): AsyncGenerator<Encoded> {
  const { cuts, limit } = encoder;
  const spare: Uint8Array[] = [];
  const zeros = new Map<number, Promise<Code>>();
  // Of what is light, one has been written when the next is read.
  const memory = reusedMemory();

  const verify = async (code: Code, run: Run, stop: AbortSignal): Promise<void> => {
    const compared = comparison(content, run);
    for await (const piece of encoder.decode(code, run.length, stop)) compared.next(piece);
    if (!compared.isAlike()) throw unlike();
  };

  const encode = async (bytes: Uint8Array, unit: Unit, stop: AbortSignal): Promise<Code> => {
    const code = await encoder.encode(bytes, stop);
    if (check) await verify(code, unit, stop);
    return code;
  };

  const encodeZeros = async (bytes: Uint8Array, unit: Unit, stop: AbortSignal): Promise<Code> => {
    const name = `${encoder.name}-zeros-${bytes.length}`;
    const kept = await store?.read(name);
    if (kept !== undefined) return kept;
    const code = await encode(bytes, unit, stop);
    await store?.write(name, code);
    return code;
  };

  const replay = async (unit: Unit, edits: readonly Run[], stop: AbortSignal): Promise<Code | undefined> => {
    const replayed = await encoder.replay?.(unit, edits.map(replacement(content, unit)), stop);
    if (replayed === undefined) return undefined;
    await verify(replayed.code, unit, stop);
    await replayed.keep();
    return replayed.code;
  };

  const codeOf = async (unit: Unit, stop: AbortSignal): Promise<Code> => {
    const name = `${encoder.name}-${unit.position}-${unit.length}`;
    const isKept = unit.isBase || store?.holdsEdits === true;
    const made = unit.isBase
      ? await encoder.original?.read(unit, unit.isGiven && memory)
      : unit.edits && (await replay(unit, unit.edits, stop));
    const kept = made ?? (isKept ? await store?.read(name) : undefined);
    if (kept !== undefined) return kept;
    // Only one that the base came with can be larger, and has to be encoded only when it is no good.
    const isLarger = unit.length > cuts.large;
    const buffer = isLarger ? readBuffer(unit.length) : (spare.pop() ?? readBuffer(cuts.large));
    try {
      const bytes = buffer.subarray(0, unit.length);
      content.readInto(bytes, unit.position);
      if (isZero(bytes)) {
        const code = zeros.get(unit.length) ?? encodeZeros(bytes, unit, stop);
        zeros.set(unit.length, code);
        return await code;
      }
      const code = await encode(bytes, unit, stop);
      if (isKept) await store?.write(name, code);
      return code;
    } finally {
      if (!isLarger) spare.push(buffer);
    }
  };

  const units = unitsOf(content, splitAtEdits ? cuts : { ...cuts, small: cuts.large });
  return inOrder(units, { limit, isLight: ({ isGiven = false }) => isGiven, signal }, async (run, stop) => ({
    run,
    code: await codeOf(run, stop),
  }));
}

/** Gives the same memory each time, as long as it suffices. */
function reusedMemory(): (length: number) => Uint8Array {
  let bytes = new Uint8Array(0);
  return (length) => {
    if (bytes.length < length) bytes = new Uint8Array(length);
    return bytes.subarray(0, length);
  };
}

/** What the image has where a unit was edited. */
function replacement(content: ImageContent, unit: Run): (run: Run) => Edit {
  return ({ position, length }) => {
    const bytes = new Uint8Array(length);
    content.readInto(bytes, position);
    return { position: position - unit.position, bytes };
  };
}

function unlike(): PiImageError {
  return new PiImageError('image.verify', 'what was compressed does not decompress to what went in', {
    help: 'the memory of this computer, or its xz, does not work right: build on another one',
  });
}

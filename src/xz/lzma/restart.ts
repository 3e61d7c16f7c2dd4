import { BlockDecoder } from './block-decoder.ts';
import { ChunkWriter } from './chunk-writer.ts';
import { chunksOf, endOfChunks } from './chunks.ts';
import { type Grain, usualGrain } from './parts.ts';
import { References, type Span } from './references.ts';
import { cut, type Stretch } from './symbols.ts';
import { writeStretch } from './write-stretch.ts';

/** The LZMA2 data of a block. */
export interface Lzma2 {
  readonly bytes: Uint8Array;
  /** Of what is compressed in it. */
  readonly size: number;
  /** How far back a match may reach, bytes. */
  readonly dictionary: number;
}

export interface Restarted {
  /** LZMA2 data: these pieces, one behind the other, some of them of the data of the block. */
  readonly pieces: readonly Uint8Array[];
  /** As `References` has them. */
  readonly references: Uint8Array;
}

/**
 * Writes a block anew so that it consists of parts, each encoded without a look at how others are: the model starts
 * anew at every one. All symbols are kept, but for those that reach into a part, which are cut. `data`, of the size of
 * the block, is filled with what is compressed in it.
 * @throws XzFault where the block is damaged
 */
export function restart(block: Lzma2, data: Uint8Array, grain: Grain = usualGrain): Restarted {
  const { bytes, size, dictionary } = block;
  const references = new References(size, grain);
  const writer = new ChunkWriter(data);
  for (const whole of new BlockDecoder().decode(chunksOf(bytes), { data, dictionary, to: size })) {
    for (const stretch of cut(whole, grain.part)) {
      const { position } = stretch;
      const index = Math.floor(position / grain.part);
      const start = index * grain.part;
      if (position === start) {
        writer.restart();
        // What a literal is, is told by the byte before it.
        if (index > 0) references.mark(index, { from: start - 1, to: start });
      }
      markRepeated(stretch, start, (span) => references.mark(index, span));
      writeStretch(stretch, writer);
    }
  }
  return { pieces: [...writer.finish(), Uint8Array.of(endOfChunks)], references: references.bytes };
}

/** Marks what matches repeat of before `start`, with the byte behind it: of a literal that follows, it tells what that is not. */
function markRepeated({ position, symbols }: Stretch, start: number, mark: (span: Span) => void): void {
  const { count, lengths, distances } = symbols;
  let at = position;
  for (let index = 0; index < count; index++) {
    const length = lengths[index]!;
    const distance = distances[index]!;
    const from = at - distance;
    if (distance > 0 && from < start) mark({ from, to: from + length + 1 });
    at += length;
  }
}

import type { ChunkWriter } from './chunk-writer.ts';
import type { Stretch } from './symbols.ts';

/** Says what a stretch says, of the data that it is of. */
export function writeStretch(stretch: Stretch, writer: ChunkWriter): void {
  if (writePlain(stretch, writer)) return;
  const { count, lengths, distances } = stretch.symbols;
  for (let index = 0; index < count; index++) {
    const distance = distances[index]!;
    if (distance > 0) writer.match(lengths[index]!, distance);
    else writer.literal();
  }
}

/** Says of `data` at its place what a stretch says of other data: the same where it can. */
export function writeChanged(stretch: Stretch, data: Uint8Array, writer: ChunkWriter): void {
  if (!writePlain(stretch, writer)) writeSymbols(stretch, data, writer);
}

/** Writes a stretch if it has no symbols, and else what they are modelled by; whether it did the first. */
function writePlain({ size, isPlain, properties }: Stretch, writer: ChunkWriter): boolean {
  if (isPlain) writer.plain(size);
  else if (properties !== undefined) writer.setProperties(properties);
  return isPlain;
}

function writeSymbols(
  { position, symbols: { count, lengths, distances } }: Stretch,
  data: Uint8Array,
  writer: ChunkWriter,
): void {
  let at = position;
  for (let index = 0; index < count; index++) {
    const distance = distances[index]!;
    for (const end = at + lengths[index]!; at < end; ) {
      const alike = distance === 0 ? 0 : repeated(data, at, end, distance);
      if (alike > 0) writer.match(alike, distance);
      else writer.literal();
      at += alike || 1;
    }
  }
}

/** How many of the bytes are those `distance` before them. */
function repeated(data: Uint8Array, from: number, end: number, distance: number): number {
  let at = from;
  while (at < end && data[at] === data[at - distance]) at++;
  return at - from;
}

import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatOf } from '../../../src/source/format.ts';
import type { Decode, DecodeContext } from '../../../src/source/unpack/decoder.ts';
import { decoders } from '../../../src/source/unpack/unpack.ts';
import { openZip } from '../../../src/source/unpack/zip.ts';
import { hasTool } from '../../fixtures/judge.ts';
import { someImage } from '../../fixtures/obtaining.ts';
import { gzPackers, type Packer, xzPackers, zipPackers, zstPackers } from '../../fixtures/packers.ts';
import { temporaryDirectory } from '../../fixtures/temporary-directory.ts';

const folder = temporaryDirectory();
let count = 0;
const fresh = (name: string): string => path.join(folder, `${count++}-${name}`);

const image = someImage();
const withTools: DecodeContext = { subject: 'the archive', environment: { PATH: process.env['PATH'] } };
const withoutTools: DecodeContext = { subject: 'the archive', environment: {} };

/** In pieces of odd sizes, as they come from a network. */
async function* inPieces(bytes: Uint8Array, size = 7919): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function collect(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

async function* fromZip(bytes: Uint8Array, context: DecodeContext): AsyncGenerator<Uint8Array> {
  const file = fresh('archive.zip');
  await writeFile(file, bytes);
  const zip = await openZip(file, context);
  try {
    yield* zip.content();
  } finally {
    zip.close();
    await rm(file);
  }
}

type Unpack = (bytes: Uint8Array) => Promise<Buffer>;
const through =
  (decode: Decode, context: DecodeContext): Unpack =>
  (bytes) =>
    collect(decode(inPieces(bytes), context));

interface Family {
  readonly name: string;
  readonly format: string;
  readonly unpack: Unpack;
  readonly packers: Readonly<Record<string, Packer>>;
  /** Made by a tool that need not be there. */
  readonly needs?: string;
}

const families: readonly Family[] = [
  {
    name: 'xz, by the tool',
    format: 'xz',
    unpack: through(decoders.xz, withTools),
    packers: xzPackers,
    needs: 'xz',
  },
  {
    name: 'xz, without a tool',
    format: 'xz',
    unpack: through(decoders.xz, withoutTools),
    packers: xzPackers,
  },
  { name: 'gz', format: 'gz', unpack: through(decoders.gz, withoutTools), packers: gzPackers },
  { name: 'zst', format: 'zst', unpack: through(decoders.zst, withoutTools), packers: zstPackers },
  {
    name: 'zip',
    format: 'zip',
    unpack: (bytes) => collect(fromZip(bytes, withoutTools)),
    packers: zipPackers,
  },
];

describe.each(families)('$name', ({ format, unpack, packers, needs }) => {
  const usable = needs === undefined || hasTool(needs);

  it.for(Object.entries(packers))('reads what %s made', async ([tool, pack], context) => {
    const archive = pack(image);
    if (!archive || !usable) return context.skip(`${tool} is not installed`);
    expect(formatOf(archive.subarray(0, 8), 'it')).toBe(format);
    expect((await unpack(archive)).equals(image)).toBe(true);
  });

  const [[, pack = () => undefined] = []] = Object.entries(packers);
  const archive = pack(image);
  const present = archive !== undefined && usable;
  const whole = archive ?? Buffer.alloc(0);

  it.skipIf(!present)('says so wherever it is cut', async () => {
    for (let part = 0; part < 20; part++) {
      const cut = whole.subarray(0, Math.floor((whole.length * part) / 20));
      await expect(unpack(cut), `${part}/20`).rejects.toMatchObject({ code: 'source.archive' });
    }
    await expect(unpack(whole.subarray(0, -1))).rejects.toMatchObject({ code: 'source.archive' });
  });

  it.skipIf(!present)('never gives other bytes for a bit that flipped', async () => {
    for (let flip = 0; flip < 20; flip++) {
      const bent = Buffer.from(whole);
      const at =
        Number.parseInt(createHash('sha1').update(`${flip}`).digest('hex').slice(0, 8), 16) % bent.length;
      // Every other one into the first bytes, where the structures are.
      const place = flip % 2 === 0 ? at : at % 64;
      bent.writeUInt8((bent[place] ?? 0) ^ (1 << (flip % 8)), place);
      const result = await unpack(bent).catch((error: unknown) => error);
      if (Buffer.isBuffer(result)) expect(result.equals(image), `bit ${flip % 8} of ${place}`).toBe(true);
      else expect(result, `bit ${flip % 8} of ${place}`).toMatchObject({ code: 'source.archive' });
    }
  });

  it.skipIf(!present || format === 'zip')('says so when something else follows', async () => {
    for (const tail of ['x', 'garbage that is longer than a header', '\0\0\0x']) {
      const more = Buffer.concat([whole, Buffer.from(tail)]);
      await expect(unpack(more), tail).rejects.toMatchObject({ code: 'source.archive' });
    }
  });

  it.skipIf(!present || format === 'zip')('reads several, one after the other', async () => {
    expect(
      (await unpack(Buffer.concat([whole, whole, whole]))).equals(Buffer.concat([image, image, image])),
    ).toBe(true);
  });

  it.skipIf(!present || format === 'zip')('passes on what is wrong with the source', async () => {
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield whole.subarray(0, 100_000);
      throw new Error('the cable was pulled');
    };
    const decode = decoders[format as 'gz'];
    await expect(collect(decode(broken(), needs ? withTools : withoutTools))).rejects.toThrow('cable');
  });
});

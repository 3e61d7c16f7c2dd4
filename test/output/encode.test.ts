import { beforeEach, describe, expect, it } from 'vitest';
import type { Code } from '../../src/model/code.ts';
import type { Run } from '../../src/output/content.ts';
import { type EncodeOptions, type Encoder, encodeImage } from '../../src/output/encode.ts';
import { writeGzip } from '../../src/output/gzip.ts';
import { writeXz } from '../../src/output/xz/write-xz.ts';
import { writeZip } from '../../src/output/zip.ts';
import { writeZst } from '../../src/output/zst.ts';
import { hasTool } from '../fixtures/judge.ts';
import { imageBytes, memorySink, memoryStore, overlayOf, quietly } from './contents.ts';

/** Turns bytes over, which is easy to see through. */
function turning(decode: (bytes: Uint8Array) => Uint8Array = turned) {
  const encoded: number[] = [];
  const encoder: Encoder = {
    name: 'turn',
    cuts: { large: 64 * 1024, small: 4096 },
    limit: 3,
    async encode(bytes) {
      encoded.push(bytes.length);
      return { bytes: turned(bytes), figure: bytes.length };
    },
    async *decode({ bytes }) {
      yield decode(bytes);
    },
  };
  return { encoder, encoded };
}

const turned = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ 0xff);

/** The same edits every time. */
function edited(bytes: Uint8Array) {
  const overlay = overlayOf(bytes);
  overlay.writeFrom(Buffer.from('first boot'), 100_000);
  overlay.writeFrom(Buffer.from('and another'), bytes.length - 20);
  return overlay;
}

async function collect(content: ReturnType<typeof edited>, encoder: Encoder, options: EncodeOptions) {
  const pieces: Uint8Array[] = [];
  for await (const { code } of encodeImage(content, encoder, options)) pieces.push(turned(code.bytes));
  return Buffer.concat(pieces);
}

function whole(content: ReturnType<typeof edited>): Buffer {
  const bytes = Buffer.alloc(content.size);
  content.readInto(bytes, 0);
  return bytes;
}

describe('an encoded image', () => {
  const bytes = imageBytes(1_000_003);

  it('holds the image, with a store and without', async () => {
    for (const store of [undefined, memoryStore()]) {
      const found = await collect(edited(bytes), turning().encoder, {
        check: true,
        splitAtEdits: true,
        store,
      });
      expect(found.equals(whole(edited(bytes)))).toBe(true);
    }
  });

  it('takes over what the archive of the base has, where no edit has touched it', async () => {
    const { encoder, encoded } = turning();
    const asked: string[] = [];
    const original = {
      sizes: [] as number[],
      async read({ position, length }: { position: number; length: number }) {
        asked.push(`${position}+${length}`);
        if (length !== encoder.cuts.large) return undefined;
        return { bytes: turned(bytes.subarray(position, position + length)), figure: length };
      },
    };
    const options = { check: true, splitAtEdits: true };
    const found = await collect(edited(bytes), { ...encoder, original }, options);
    expect(found.equals(whole(edited(bytes)))).toBe(true);
    expect(encoded.every((length) => length < encoder.cuts.large)).toBe(true);
    expect(asked).toContain('0+65536');
    expect(asked.some((run) => run.startsWith('98304+'))).toBe(false);
  });

  it('is cut as the archive of the base is, however large, and encoded where that was damaged', async () => {
    const { encoder, encoded } = turning();
    const sizes = [5000, 300_000, 200_000, 400_000, 95_003];
    const original = {
      sizes,
      async read({ position, length }: { position: number; length: number }) {
        if (position === 505_000 || !sizes.includes(length)) return undefined;
        return { bytes: turned(bytes.subarray(position, position + length)), figure: length };
      },
    };
    const cuts = { ...encoder.cuts, given: sizes };
    const options = { check: true, splitAtEdits: true };
    const found = await collect(edited(bytes), { ...encoder, cuts, original }, options);
    expect(found.equals(whole(edited(bytes)))).toBe(true);
    expect(encoded).toContain(400_000);
    expect(encoded).not.toContain(200_000);
    expect(encoded).not.toContain(5000);
  });

  it('takes over blocks of the archive one at a time, all in the same memory', async () => {
    const sizes = Array.from({ length: 10 }, (_, index) => (index < 9 ? 100_000 : 100_003));
    const buffers = new Set<ArrayBufferLike>();
    const original = {
      sizes,
      async read({ position, length }: Run, memory = (size: number) => new Uint8Array(size)) {
        const code = memory(length);
        code.set(turned(bytes.subarray(position, position + length)));
        buffers.add(code.buffer);
        return { bytes: code, figure: length };
      },
    };
    const { encoder, encoded } = turning();
    const taking = { ...encoder, cuts: { ...encoder.cuts, given: sizes }, original };
    const found = await collect(overlayOf(bytes), taking, { check: true, splitAtEdits: true });
    expect(found.equals(bytes)).toBe(true);
    expect(encoded).toEqual([]);
    // The last block is larger than those before.
    expect(buffers.size).toBe(2);
  });

  describe('with codes that edits can be put into', () => {
    const sizes = [300_000, 400_000, 300_003];
    const original = {
      sizes,
      async read({ position, length }: { position: number; length: number }) {
        return { bytes: turned(bytes.subarray(position, position + length)), figure: length };
      },
    };
    const replaying = (encoder: Encoder, replay: Encoder['replay']): Encoder => ({
      ...encoder,
      cuts: { ...encoder.cuts, given: sizes, keeps: () => true },
      original,
      ...(replay && { replay }),
    });
    const kept: number[] = [];
    const replayed = ({ position }: Run, code: Code) => ({
      code,
      keep: async () => void kept.push(position),
    });
    const put: Encoder['replay'] = async (unit, edits) => {
      const code = await original.read(unit);
      for (const { position, bytes: edit } of edits) code.bytes.set(turned(edit), position);
      return replayed(unit, code);
    };
    beforeEach(() => kept.splice(0));

    it('is put together without encoding anything', async () => {
      const { encoder, encoded } = turning();
      const found = await collect(edited(bytes), replaying(encoder, put), {
        check: true,
        splitAtEdits: true,
      });
      expect(found.equals(whole(edited(bytes)))).toBe(true);
      expect(encoded).toEqual([]);
      expect(kept).toEqual([0, 700_000]);
    });

    it('is encoded block by block where that cannot be', async () => {
      for (const replay of [undefined, async () => undefined]) {
        const { encoder, encoded } = turning();
        const options = { check: true, splitAtEdits: true };
        const found = await collect(edited(bytes), replaying(encoder, replay), options);
        expect(found.equals(whole(edited(bytes)))).toBe(true);
        expect(encoded).toEqual([300_000, 300_003]);
      }
    });

    it('is refused when such a code does not decode to the edited bytes, even where none are checked', async () => {
      const options = { check: false, splitAtEdits: true };
      const unchanged = replaying(turning().encoder, async (unit) =>
        replayed(unit, await original.read(unit)),
      );
      await expect(collect(edited(bytes), unchanged, options)).rejects.toMatchObject({
        code: 'image.verify',
      });
      expect(kept).toEqual([]);
    });
  });

  it('is encoded the next time only where edits have touched it', async () => {
    const store = memoryStore();
    await collect(edited(bytes), turning().encoder, { check: true, splitAtEdits: true, store });
    const again = turning();
    const found = await collect(edited(bytes), again.encoder, { check: true, splitAtEdits: true, store });
    expect(found.equals(whole(edited(bytes)))).toBe(true);
    // The small units of the two edits; their positions are not at the end of one.
    expect(again.encoded).toHaveLength(2);
    for (const length of again.encoded) expect(length).toBeLessThanOrEqual(4096);
  });

  it('takes nothing from the store for what an edit has touched', async () => {
    const store = memoryStore();
    await collect(overlayOf(bytes), turning().encoder, { check: true, splitAtEdits: true, store });
    const found = await collect(edited(bytes), turning().encoder, { check: true, splitAtEdits: true, store });
    expect(found.equals(whole(edited(bytes)))).toBe(true);
  });

  it('keeps in the store nothing that an edit has touched', async () => {
    const store = memoryStore();
    await collect(edited(bytes), turning().encoder, { check: true, splitAtEdits: true, store });
    for (const [name, code] of store.codes) {
      const [, position, length] = name.split('-').map(Number);
      const base = Number.isNaN(position)
        ? new Uint8Array(length ?? 0)
        : bytes.subarray(position, (position ?? 0) + (length ?? 0));
      expect(Buffer.compare(turned(code.bytes), base), name).toBe(0);
    }
    expect(store.codes.size).toBeGreaterThan(10);
  });

  it('is encoded once when the store is of this image', async () => {
    const store = { ...memoryStore(), holdsEdits: true as const };
    const options = { check: true, splitAtEdits: false, store };
    await collect(edited(bytes), turning().encoder, options);
    const again = turning();
    const found = await collect(edited(bytes), again.encoder, options);
    expect([found.equals(whole(edited(bytes))), again.encoded]).toEqual([true, []]);
  });

  it('is refused when a code does not decode to what went in', async () => {
    const wrong = turning((code) => turned(code).fill(1, 0, 1)).encoder;
    await expect(collect(edited(bytes), wrong, { check: true, splitAtEdits: true })).rejects.toMatchObject({
      code: 'image.verify',
    });
    await expect(collect(edited(bytes), wrong, { check: false, splitAtEdits: true })).resolves.toBeDefined();
  });
});

const entry = { name: 'a.img', time: new Date('2024-05-06T07:08:10Z'), mode: 0o644 };
const environment = { PATH: process.env['PATH'] };

const writers = {
  '.img.gz': writeGzip,
  '.zip': (...[content, sink, options]: Parameters<typeof writeGzip>) =>
    writeZip(content, sink, { ...options, ...entry }),
  '.img.zst': (...[content, sink, options]: Parameters<typeof writeGzip>) =>
    writeZst(content, sink, { ...options, environment }),
  '.img.xz': (...[content, sink, options]: Parameters<typeof writeGzip>) =>
    writeXz(content, sink, { ...options, environment, level: 0, blockSize: 1 << 18 }),
};

const programs: Readonly<Record<string, string>> = { '.img.xz': 'xz', '.img.zst': 'zstd' };

describe.each(Object.entries(writers))('%s', (format, write) => {
  it.runIf(programs[format] === undefined || hasTool(programs[format]))(
    'is the same whether or not the store has something',
    async () => {
      const bytes = imageBytes(3_000_000);
      const store = memoryStore();
      const files = [];
      for (const options of [quietly, quietly, { ...quietly, check: false }]) {
        const sink = memorySink();
        await write(edited(bytes), sink, { ...options, store });
        files.push(sink.bytes.toString('base64'));
      }
      expect(new Set(files).size).toBe(1);
      expect(store.codes.size).toBeGreaterThan(0);
    },
  );
});

import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import { XzReadableStream } from 'xz-decompress';
import type { Run } from '../../../src/output/content.ts';
import { writeXz, type XzOptions } from '../../../src/output/xz/write-xz.ts';
import { parseBlockHeader } from '../../../src/xz/block-header.ts';
import { readLayout } from '../../../src/xz/layout.ts';
import { hasTool, judge } from '../../fixtures/judge.ts';
import { temporaryDirectory } from '../../fixtures/temporary-directory.ts';
import { xzBlock } from '../../fixtures/xz-block.ts';
import { type Change, imageBytes, memorySink, memoryStore, overlayOf, quietly } from '../contents.ts';
import { ask, python } from '../judges.ts';

const directory = temporaryDirectory();
const environment = { PATH: process.env['PATH'] };
const blockSize = 1 << 18;

async function xz(bytes: Uint8Array, options: Partial<XzOptions> = {}): Promise<Buffer> {
  const sink = memorySink();
  await writeXz(overlayOf(bytes), sink, { ...quietly, environment, blockSize, level: 0, ...options });
  return sink.bytes;
}

async function unxz(bytes: Uint8Array): Promise<Buffer> {
  const stream = new XzReadableStream(Readable.toWeb(Readable.from([bytes])) as ReadableStream<Uint8Array>);
  const pieces: Uint8Array[] = [];
  for await (const piece of stream as unknown as AsyncIterable<Uint8Array>) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe.runIf(hasTool('xz'))('an .xz', () => {
  it.each([0, 1, blockSize - 1, blockSize, blockSize + 1, 4 * blockSize + 777])(
    'of %i bytes decompresses to what went in',
    async (size) => {
      const bytes = imageBytes(size);
      expect((await unxz(await xz(bytes))).equals(bytes)).toBe(true);
    },
  );

  it('is fine with other people', async () => {
    const bytes = imageBytes(5 * blockSize + 1);
    const file = path.join(directory, 'image.img.xz');
    await writeFile(file, await xz(bytes));
    ask([
      { tool: 'xz', args: ['--test', file] },
      { tool: 'xz', args: ['--test', '--threads=0', file] },
      { tool: '7z', args: ['t', file] },
    ]);
    const list = judge('xz', ['--robot', '--list', file])
      ?.output.split('\n')
      .find((line) => line.startsWith('file'));
    expect(list?.split('\t').slice(1, 8)).toEqual([
      '1',
      '6',
      expect.any(String),
      String(bytes.length),
      expect.any(String),
      'CRC64',
      '0',
    ]);
    const read = judge('python3', ['-c', python('lzma.open(sys.argv[1])'), file]);
    if (read) expect(read.output.trim()).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('is the same every time, whatever the variables of xz say', async () => {
    const bytes = imageBytes(3 * blockSize);
    const one = await xz(bytes);
    const other = await xz(bytes, {
      environment: { ...environment, XZ_OPT: '-9e --check=none', XZ_DEFAULTS: '-T4' },
    });
    expect(other.equals(one)).toBe(true);
  });

  describe('from blocks of the base', () => {
    const bytes = imageBytes(8 * blockSize + 100);
    const sizes = Array.from({ length: 5 }, (_, index) => (index < 4 ? 2 * blockSize : 100));
    const positions = sizes.map((_, index) => 2 * blockSize * index);
    const codes = positions.map((position, index) => {
      const block = xzBlock(bytes.subarray(position, position + (sizes[index] ?? 0)), '-6');
      return {
        bytes: block,
        figure: parseBlockHeader(block).length + (parseBlockHeader(block).dataSize ?? 0) + 8,
      };
    });
    const blocks = {
      sizes,
      read: async ({ position, length }: Run) => {
        const index = positions.indexOf(position);
        const code = codes[index];
        return code && sizes[index] === length ? { ...code, bytes: new Uint8Array(code.bytes) } : undefined;
      },
    };
    const writeWith = async (edits: readonly Change[], options: Partial<XzOptions> = {}) => {
      const overlay = overlayOf(bytes);
      for (const edit of edits) overlay.writeFrom(edit.bytes, edit.position);
      const sink = memorySink();
      await writeXz(overlay, sink, { ...quietly, environment, blockSize, level: 0, blocks, ...options });
      const wanted = Buffer.alloc(bytes.length);
      overlay.readInto(wanted, 0);
      return { file: sink.bytes, wanted };
    };
    const sizesIn = async (file: Buffer): Promise<number[]> => {
      const read = async (position: number, length: number) => file.subarray(position, position + length);
      return (await readLayout(read, file.length)).blocks.map(({ size }) => size);
    };
    const small = [
      { position: 1000, bytes: Buffer.from('one') },
      { position: 5 * blockSize - 3, bytes: Buffer.from('another') },
    ];

    it('puts small edits into those, without any process that compresses', async () => {
      const bin = path.join(directory, 'decompressing');
      await mkdir(bin);
      const real = judge('sh', ['-c', 'command -v xz'])?.output.trim();
      const script = `#!/bin/sh\ncase "$*" in *--compress*) exit 1;; esac\nexec ${real} "$@"\n`;
      await writeFile(path.join(bin, 'xz'), script, { mode: 0o755 });
      const { file, wanted } = await writeWith(small, {
        environment: { PATH: `${bin}:${process.env['PATH']}` },
      });
      expect((await unxz(file)).equals(wanted)).toBe(true);
      expect(await sizesIn(file)).toEqual(sizes);
      expect(file.includes(codes[1]?.bytes ?? 'nothing')).toBe(true);
      const name = path.join(directory, 'replayed.img.xz');
      await writeFile(name, file);
      ask([
        { tool: 'xz', args: ['--test', name] },
        { tool: '7z', args: ['t', name] },
      ]);
    });

    describe('of which something is kept', () => {
      const base = path.join(directory, 'base.img');
      const store = memoryStore();
      // In an order that does not depend on which was done first.
      const partsIn = () => [...store.codes.keys()].filter((name) => name.startsWith('xz-parts-')).sort();
      let first: Buffer = Buffer.alloc(0);
      beforeAll(async () => {
        await writeFile(base, bytes);
        first = (await writeWith(small)).file;
        expect((await writeWith(small, { store, base })).file.equals(first)).toBe(true);
      });

      it('is the same with it, and nothing else of those blocks', async () => {
        expect(partsIn()).toHaveLength(2);
        const untouched = {
          sizes,
          read: async (run: Run) =>
            [1, 3, 4].includes(positions.indexOf(run.position)) ? blocks.read(run) : undefined,
        };
        const { file } = await writeWith(small, { store, base, blocks: untouched });
        expect(file.equals(first)).toBe(true);
      });

      it('is the same with what other edits left there', async () => {
        const others = [{ position: 200_000, bytes: Buffer.from('another one') }];
        const wanted = (await writeWith(others)).file;
        expect((await writeWith(others, { store, base })).file.equals(wanted)).toBe(true);
      });

      it('is the same where that was damaged, or the raw base is gone, and it is kept anew', async () => {
        for (const name of partsIn()) {
          const { bytes, figure } = store.codes.get(name) ?? { bytes: new Uint8Array(), figure: 0 };
          store.codes.set(name, { bytes: bytes.subarray(0, -1), figure });
        }
        expect((await writeWith(small, { store, base })).file.equals(first)).toBe(true);
        expect((await writeWith(small, { store, base: `${base}.gone` })).file.equals(first)).toBe(true);
        const again = { ...store, write: async () => expect.unreachable() };
        expect((await writeWith(small, { store: again, base })).file.equals(first)).toBe(true);
      });

      it('is refused where it holds something else', async () => {
        const [one = '', other = ''] = partsIn();
        const code = store.codes.get(other);
        if (code) store.codes.set(one, code);
        await expect(writeWith(small, { store, base })).rejects.toMatchObject({ code: 'image.verify' });
      });
    });

    it('compresses what is much, in smaller blocks', async () => {
      const { file, wanted } = await writeWith([{ position: 10_000, bytes: imageBytes(200_000, 4) }]);
      expect((await unxz(file)).equals(wanted)).toBe(true);
      expect((await sizesIn(file)).slice(-4)).toEqual(sizes.slice(1));
      expect((await sizesIn(file)).length).toBeGreaterThan(sizes.length);
    });

    it('compresses a block that nothing can be put into', async () => {
      const others = { sizes, read: async () => ({ bytes: Buffer.from('no block'), figure: 8 }) };
      const edits = positions.map((position) => ({ position, bytes: Buffer.from('edit') }));
      const { file, wanted } = await writeWith(edits, { blocks: others });
      expect((await unxz(file)).equals(wanted)).toBe(true);
      expect(await sizesIn(file)).toEqual(sizes);
    });
  });

  it('has a block of zeros compressed once, however often it is there', async () => {
    const bin = path.join(directory, 'counting');
    await mkdir(path.join(bin, 'calls'), { recursive: true });
    const real = judge('sh', ['-c', 'command -v xz'])?.output.trim();
    await writeFile(
      path.join(bin, 'xz'),
      `#!/bin/sh\nmktemp ${bin}/calls/XXXXXX >/dev/null\nexec ${real} "$@"\n`,
    );
    await chmod(path.join(bin, 'xz'), 0o755);
    const bytes = Buffer.alloc(20 * blockSize + 5);
    bytes.fill('text', 3 * blockSize, 3 * blockSize + 100);
    const counted = { environment: { PATH: `${bin}:${process.env['PATH']}` }, check: false };
    const stream = await xz(bytes, counted);
    expect((await unxz(stream)).equals(bytes)).toBe(true);
    // One for the text, one for blocks of zeros, one for the short block at the end.
    expect(await readdir(path.join(bin, 'calls'))).toHaveLength(3);
  });

  it('fails with what xz says', async () => {
    const bin = path.join(directory, 'failing');
    await mkdir(bin);
    await writeFile(path.join(bin, 'xz'), '#!/bin/sh\necho "xz: Cannot allocate memory" >&2\nexit 1\n');
    await chmod(path.join(bin, 'xz'), 0o755);
    await expect(xz(imageBytes(1000), { environment: { PATH: `${bin}:/bin` } })).rejects.toMatchObject({
      code: 'output.failed',
      message: expect.stringContaining('Cannot allocate memory'),
    });
  });

  it('ends its processes when it is told to stop', async () => {
    const bin = path.join(directory, 'hanging');
    await mkdir(bin);
    await writeFile(path.join(bin, 'xz'), `#!/bin/sh\necho $$ >> ${bin}/pids\nexec sleep 600\n`);
    await chmod(path.join(bin, 'xz'), 0o755);
    const controller = new AbortController();
    const writing = xz(imageBytes(3 * blockSize), {
      environment: { PATH: `${bin}:/usr/bin:/bin` },
      signal: controller.signal,
    });
    const pids = await waitFor(
      async () => (await readPids(path.join(bin, 'pids'))).length > 0 && readPids(path.join(bin, 'pids')),
    );
    controller.abort(new Error('enough'));
    await expect(writing).rejects.toThrow();
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });
});

async function readPids(file: string): Promise<number[]> {
  const { readFile } = await import('node:fs/promises');
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').filter(Boolean).map(Number);
}

async function waitFor<T>(look: () => Promise<T | false>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { XzReadableStream } from 'xz-decompress';
import { checkXz } from '../../../src/output/xz/tool.ts';
import { writeXz, type XzOptions } from '../../../src/output/xz/write-xz.ts';
import { hasTool, judge } from '../../fixtures/judge.ts';
import { temporaryDirectory } from '../../fixtures/temporary-directory.ts';
import { imageBytes, memorySink, overlayOf, quietly } from '../contents.ts';
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

describe('the program xz', () => {
  it('is missed before anything is done', async () => {
    await expect(checkXz({ PATH: directory })).rejects.toMatchObject({
      code: 'output.failed',
      help: expect.stringContaining('.img.gz'),
    });
  });

  it('is no use when it is another one of that name', async () => {
    const bin = path.join(directory, 'busybox');
    await mkdir(bin);
    await writeFile(path.join(bin, 'xz'), '#!/bin/sh\necho BusyBox v1.36\n');
    await chmod(path.join(bin, 'xz'), 0o755);
    await expect(checkXz({ PATH: `${bin}:/bin` })).rejects.toMatchObject({ code: 'output.failed' });
  });

  it.runIf(hasTool('xz'))('is found', async () => {
    await expect(checkXz(environment)).resolves.toBeUndefined();
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

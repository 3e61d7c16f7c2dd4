import { spawnSync } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { DecodeContext } from '../../../src/source/unpack/decoder.ts';
import { through } from '../../../src/source/unpack/filter.ts';
import { decoders } from '../../../src/source/unpack/unpack.ts';
import { Xxh64 } from '../../../src/source/unpack/xxh64.js';
import { findTool } from '../../../src/source/unpack/xz.ts';
import { hasTool } from '../../fixtures/judge.ts';
import { noise } from '../../fixtures/obtaining.ts';
import { temporaryDirectory } from '../../fixtures/temporary-directory.ts';

const folder = temporaryDirectory();
const noTools: DecodeContext = { subject: 'it', environment: {} };
const tools: DecodeContext = { subject: 'it', environment: { PATH: process.env['PATH'] } };

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function sizeOf(content: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0;
  for await (const chunk of content) size += chunk.length;
  return size;
}

const made = (tool: string, input: Uint8Array, ...args: readonly string[]): Buffer =>
  spawnSync(tool, args, { input, maxBuffer: 2 ** 30 }).stdout;

describe.skipIf(!hasTool('xz'))('.xz', () => {
  const text = noise(10_000);

  it.each([
    ['a SHA-256 check', ['-c', '--check=sha256']],
    ['a BCJ filter', ['-c', '--arm64', '--lzma2=preset=1']],
    ['a dictionary of 1 GiB', ['-c', '--lzma2=preset=1,dict=1GiB']],
  ])('with %s: the tool reads it, the built-in decoder says what to install', async (what, args) => {
    const archive = made('xz', text, ...args);
    if (what !== 'a dictionary of 1 GiB') {
      expect(await sizeOf(decoders.xz(once(archive), tools))).toBe(text.length);
    }
    await expect(sizeOf(decoders.xz(once(archive), noTools))).rejects.toMatchObject({
      code: 'source.archive',
      message: expect.stringMatching(/install xz/),
    });
  });

  it('that wants more memory than is sensible is refused', async () => {
    const archive = made('xz', text, '-c', '--lzma2=preset=1,dict=1536MiB');
    await expect(sizeOf(decoders.xz(once(archive), tools))).rejects.toMatchObject({
      code: 'source.archive',
      message: expect.stringMatching(/memory/i),
    });
  });

  it('is read whatever a user set for xz', async () => {
    const environment = { ...tools.environment, XZ_OPT: '--nonsense', XZ_DEFAULTS: '--keep --format=raw' };
    const archive = made('xz', text, '-c');
    expect(await sizeOf(decoders.xz(once(archive), { ...tools, environment }))).toBe(text.length);
  });
});

describe('a tool', () => {
  it('is never taken from a relative entry of PATH', async () => {
    const tool = path.join(folder, 'bin', 'xz');
    await mkdir(path.dirname(tool));
    await writeFile(tool, '#!/bin/sh\n');
    await chmod(tool, 0o755);
    expect(await findTool('xz', { PATH: path.relative(process.cwd(), path.dirname(tool)) })).toBeUndefined();
    expect(await findTool('xz', { PATH: `:.:${path.dirname(tool)}` })).toBe(tool);
    expect(await findTool('xz', {})).toBeUndefined();
  });

  it.skipIf(process.platform === 'win32')('that fails is reported with what it said', async () => {
    const tool = path.join(folder, 'broken', 'xz');
    await mkdir(path.dirname(tool));
    await writeFile(tool, '#!/bin/sh\necho "xz: (stdin): out of luck" >&2\nexit 3\n');
    await chmod(tool, 0o755);
    const environment = { PATH: `${path.dirname(tool)}:/bin:/usr/bin` };
    await expect(
      sizeOf(decoders.xz(once(noise(1_000_000)), { ...noTools, environment })),
    ).rejects.toMatchObject({
      code: 'source.archive',
      message: 'it cannot be unpacked: out of luck',
    });
  });
});

describe.skipIf(process.platform === 'win32')('a tool that is killed', () => {
  it('says nothing about the archive', async () => {
    const tool = path.join(folder, 'killed', 'xz');
    await mkdir(path.dirname(tool));
    await writeFile(tool, '#!/bin/sh\nkill -9 $$\n');
    await chmod(tool, 0o755);
    const environment = { PATH: `${path.dirname(tool)}:/bin:/usr/bin` };
    await expect(
      sizeOf(decoders.xz(once(noise(1_000_000)), { ...noTools, environment })),
    ).rejects.toMatchObject({ code: 'output.failed', message: expect.stringMatching(/SIGKILL/) });
  });
});

describe('.zst', () => {
  it.skipIf(!hasTool('zstd'))('with a window of more than 128 MiB is refused', async () => {
    const archive = made('zstd', noise(200_000), '-c', '-q', '--long=28');
    await expect(sizeOf(decoders.zst(once(archive), noTools))).rejects.toMatchObject({
      code: 'source.archive',
      message: expect.stringMatching(/128 MiB/),
    });
  });

  it.skipIf(!hasTool('zstd'))('may have frames that are to be skipped', async () => {
    const archive = made('zstd', noise(1000), '-c', '-q');
    const skippable = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
    const both = Buffer.concat([skippable, archive, skippable]);
    expect(await sizeOf(decoders.zst(once(both), noTools))).toBe(1000);
    await expect(sizeOf(decoders.zst(once(skippable), noTools))).rejects.toMatchObject({
      code: 'source.archive',
    });
  });

  it('that sends its decoder into an endless loop is given up', async () => {
    // Found by fuzzing: a Huffman table whose weights take no bits at all.
    const hex =
      '28b52ffd0058450100e201090611f08786d0a8a06e042528216e8b414a6f23196e50ed3cb49193e484e351ee8a48bb3400';
    const run = sizeOf(decoders.zst(once(Buffer.from(hex, 'hex')), { ...noTools, silence: 1000 }));
    await expect(run).rejects.toMatchObject({
      code: 'source.archive',
      message: expect.stringMatching(/does not come to an end/),
    });
  });

  it.each([
    ['', 0x51d8e999],
    ['abc', 0xad770999],
  ])('has the checksum of the reference for %j', (text, low) => {
    const hash = new Xxh64();
    hash.update(Buffer.from(text));
    expect(hash.digest()).toBe(low);
  });
});

describe('a filter', () => {
  it('is stopped when the work is given up', async () => {
    const controller = new AbortController();
    let stopped = 0;
    const output = new PassThrough();
    const stop = (): void => {
      stopped++;
      output.end();
    };
    const filter = { input: new PassThrough(), output, ended: Promise.resolve(), stop };
    const run = sizeOf(through(once(noise(10)), filter, { ...noTools, signal: controller.signal }));
    controller.abort(new Error('enough'));
    await expect(run).rejects.toThrow('enough');
    expect(stopped).toBeGreaterThan(0);
  });

  it('is not given up while its source or its reader is slow', async () => {
    const input = new PassThrough();
    const slowly = async function* (): AsyncGenerator<Uint8Array> {
      for (let n = 0; n < 2; n++) {
        await new Promise((resolve) => setTimeout(resolve, 600));
        yield noise(10);
      }
    };
    const filter = { input, output: input, ended: Promise.resolve(), stop: () => void input.destroy() };
    const content = through(slowly(), filter, { ...noTools, silence: 500 });
    let size = 0;
    for await (const chunk of content) {
      await new Promise((resolve) => setTimeout(resolve, 600));
      size += chunk.length;
    }
    expect(size).toBe(20);
  });
});

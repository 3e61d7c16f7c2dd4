import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkProgram, runProgram, streamProgram } from '../../src/output/program.ts';
import { xzProgram } from '../../src/output/xz/tool.ts';
import { zstdProgram } from '../../src/output/zst.ts';
import { hasTool } from '../fixtures/judge.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

const directory = temporaryDirectory();
const environment = { PATH: process.env['PATH'] };

describe.each([xzProgram, zstdProgram])('the program $name', (program) => {
  const has = hasTool(program.name);
  const { signal: stop } = new AbortController();

  it('is missed before anything is done', async () => {
    await expect(checkProgram(program, { PATH: directory })).rejects.toMatchObject({
      code: 'output.failed',
      message: expect.stringContaining(program.name),
      help: expect.stringContaining('.img.gz'),
    });
  });

  it('is no use when it is another one of that name', async () => {
    const bin = path.join(directory, `other-${program.name}`);
    await mkdir(bin);
    await writeFile(path.join(bin, program.name), '#!/bin/sh\necho BusyBox v1.36\n');
    await chmod(path.join(bin, program.name), 0o755);
    await expect(checkProgram(program, { PATH: `${bin}:/bin` })).rejects.toMatchObject({
      code: 'output.failed',
    });
  });

  it.runIf(has)('is found', async () => {
    await expect(checkProgram(program, environment)).resolves.toBeUndefined();
  });

  it.runIf(has)('tells why it failed', async () => {
    const broken = Buffer.from('no archive of any kind');
    const args = ['--decompress', '--stdout'];
    const failure = { code: 'output.failed', message: expect.stringMatching(/format/) };
    const options = { environment, maxBuffer: 100, stop };
    await expect(runProgram(program, args, broken, options)).rejects.toMatchObject(failure);
    const read = async () => {
      for await (const _ of streamProgram(program, args, { environment, input: [broken] }));
    };
    await expect(read()).rejects.toMatchObject(failure);
  });

  it.runIf(has)('ends when what it prints is no longer wanted', async () => {
    const endless = Array.from({ length: 200 }, () => Buffer.alloc(1 << 16, 'some text'));
    for await (const piece of streamProgram(program, ['--stdout', '-1'], { environment, input: endless })) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
  });
});

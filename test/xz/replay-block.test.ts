import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { XzFault } from '../../src/xz/fault.ts';
import { replayBlock, restartBlock } from '../../src/xz/replay-block.ts';
import { hasTool, judge } from '../fixtures/judge.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { xz } from '../fixtures/xz.ts';
import { xzBlock, xzFile } from '../fixtures/xz-block.ts';
import { imageBytes } from '../output/contents.ts';
import { ask, python } from '../output/judges.ts';

const directory = temporaryDirectory();
const bytes = imageBytes(3_000_000, 9);
const edits = [
  { position: 1_000_000, bytes: Buffer.from('hostname') },
  { position: 2_000_003, bytes: Buffer.alloc(10_000, 'key') },
];

const source = { data: new Uint8Array(bytes.length), need: () => {} };

describe.runIf(hasTool('xz'))('a block of .xz', () => {
  it('is one in parts that xz and others take, and so it is with edits', () => {
    const size = bytes.length;
    const restarted = restartBlock({ bytes: xzBlock(bytes, '-6'), size }, source.data);
    const replayed = replayBlock(restarted, edits, source);
    const wanted = Buffer.from(bytes);
    for (const edit of edits) wanted.set(edit.bytes, edit.position);
    for (const [block, data] of [[restarted, bytes] as const, [replayed, wanted] as const]) {
      const file = path.join(directory, 'replayed.xz');
      writeFileSync(file, xzFile(block));
      expect(xz(xzFile(block), '--decompress').equals(data)).toBe(true);
      expect(ask([{ tool: 'xz', args: ['--test', '--threads=0', file] }])).toEqual(['xz']);
      ask([{ tool: '7z', args: ['t', file] }]);
      const read = judge('python3', ['-c', python('lzma.open(sys.argv[1])'), file]);
      if (read) expect(read.output.trim()).toBe(createHash('sha256').update(data).digest('hex'));
    }
  });

  it.each<[string, () => Uint8Array]>([
    ['has another filter', () => xzBlock(bytes, '--x86', '--lzma2')],
    ['is cut off', () => xzBlock(bytes).subarray(0, -9)],
    ['does not tell its sizes', () => xz(bytes, '--threads=1').subarray(12)],
    ['is none', () => Buffer.from('no block at all, whatever it may be')],
  ])('is a fault when it %s', (_what, block) => {
    expect(() => restartBlock({ bytes: block(), size: bytes.length }, source.data)).toThrow(XzFault);
  });
});

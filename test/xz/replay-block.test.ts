import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { XzFault } from '../../src/xz/fault.ts';
import { replayBlock } from '../../src/xz/replay-block.ts';
import { hasTool } from '../fixtures/judge.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { xz } from '../fixtures/xz.ts';
import { xzBlock, xzFile } from '../fixtures/xz-block.ts';
import { imageBytes } from '../output/contents.ts';
import { ask } from '../output/judges.ts';

const directory = temporaryDirectory();
const bytes = imageBytes(3_000_000, 9);
const edits = [
  { position: 1_000_000, bytes: Buffer.from('hostname') },
  { position: 2_000_003, bytes: Buffer.alloc(10_000, 'key') },
];

describe.runIf(hasTool('xz'))('a block of .xz with edits', () => {
  it('is one that xz and others take, with all sizes and its check', () => {
    const block = replayBlock({ bytes: xzBlock(bytes, '-6'), size: bytes.length }, edits);
    const wanted = Buffer.from(bytes);
    for (const edit of edits) wanted.set(edit.bytes, edit.position);
    const file = path.join(directory, 'replayed.xz');
    writeFileSync(file, xzFile(block));
    expect(xz(xzFile(block), '--decompress').equals(wanted)).toBe(true);
    expect(ask([{ tool: 'xz', args: ['--test', '--threads=0', file] }])).toEqual(['xz']);
    ask([{ tool: '7z', args: ['t', file] }]);
  });

  it.each<[string, () => Uint8Array]>([
    ['has another filter', () => xzBlock(bytes, '--x86', '--lzma2')],
    ['is cut off', () => xzBlock(bytes).subarray(0, -9)],
    ['does not tell its sizes', () => xz(bytes, '--threads=1').subarray(12)],
    ['is none', () => Buffer.from('no block at all, whatever it may be')],
  ])('is a fault when it %s', (_what, block) => {
    expect(() => replayBlock({ bytes: block(), size: bytes.length }, edits)).toThrow(XzFault);
  });
});

import { execFileSync } from 'node:child_process';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readWriteLog, replay } from '../../scripts/boot/write-log.ts';
import { hasTool } from '../fixtures/judge.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

const directory = temporaryDirectory();
const [disk, log, copy] = ['disk', 'log', 'copy'].map((name) => path.join(directory, name)) as [
  string,
  string,
  string,
];

/** Of the copy, after the first writes, the byte that each of the three places has. */
function cutAfter(count: number, survives: () => boolean): readonly number[] {
  writeFileSync(copy, '');
  truncateSync(copy, 1 << 20);
  replay({ log, writes: readWriteLog(log), count }, copy, survives);
  const bytes = readFileSync(copy);
  return [0, 8192, 65536].map((at) => bytes[at] ?? -1);
}

describe.skipIf(!hasTool('qemu-io'))('the log of what QEMU writes', () => {
  it('gives the disk back as it was at any moment, without what was not flushed', () => {
    writeFileSync(disk, '');
    truncateSync(disk, 1 << 20);
    writeFileSync(log, '');
    const commands = [
      'write -P 1 0 4096',
      'write -P 2 8192 512',
      'flush',
      'write -P 3 0 512',
      'write -P 4 65536 4096',
    ];
    const options = `driver=blklogwrites,file.driver=raw,file.file.driver=file,file.file.filename=${disk},log.driver=file,log.filename=${log},log-sector-size=512`;
    execFileSync('qemu-io', [
      '-t',
      'writeback',
      ...commands.flatMap((one) => ['-c', one]),
      '--image-opts',
      options,
    ]);
    const writes = readWriteLog(log).filter(({ length }) => length > 0);
    expect(writes.map(({ at, length }) => [at, length])).toEqual([
      [0, 4096],
      [8192, 512],
      [0, 512],
      [65536, 4096],
    ]);
    const all = readWriteLog(log).findIndex(({ at }) => at === 65536) + 1;
    expect(cutAfter(0, () => true)).toEqual([0, 0, 0]);
    expect(cutAfter(1, () => true)).toEqual([1, 0, 0]);
    expect(cutAfter(1, () => false)).toEqual([0, 0, 0]);
    expect(cutAfter(all, () => true)).toEqual([3, 2, 4]);
    expect(cutAfter(all, () => false)).toEqual([1, 2, 0]);
    let asked = 0;
    expect(cutAfter(all, () => asked++ > 0)).toEqual([1, 2, 4]);
  });
});

import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ext4Volume, openExt4 } from '../../../src/image/ext4/volume.ts';
import { bytesSource } from '../../../src/model/content.ts';
import { treeOf } from '../../fixtures/volume-tree.ts';
import { hasE2fsprogs, memoryDevice, Workplace } from './e2fsprogs.ts';
import { canMount } from './kernel.ts';
import { pattern } from './random.ts';

const now = () => new Date('2026-01-02T03:04:05Z');
const open = (bytes: Uint8Array, recover = false): Ext4Volume =>
  openExt4(memoryDevice(bytes), { now, recover });
const blockSize = 1024;

/** Recovers a copy, holds it against what e2fsck makes of another one, and returns it. */
function recoverLikeE2fsck(place: Workplace, crashed: Uint8Array): Uint8Array {
  const untouched = createHash('sha256').update(crashed).digest('hex');
  expect(() => open(crashed)).toThrow(
    expect.objectContaining({ code: 'image.not-clean', help: expect.stringContaining('--recover') }),
  );
  expect(createHash('sha256').update(crashed).digest('hex')).toBe(untouched);
  const ours = crashed.slice();
  const volume = open(ours, true);
  expect(place.check(ours)).toBe('');
  const theirs = place.rebuild(crashed, '-f');
  expect(place.check(theirs)).toBe('');
  expect(treeOf(volume)).toEqual(treeOf(open(theirs)));
  expect(volume.space()).toEqual(open(theirs).space());
  // Recovered once and for all: another time there is nothing to do.
  const again = ours.slice();
  open(again, true);
  expect(Buffer.compare(again, ours)).toBe(0);
  return ours;
}

const journals = [
  ['no checksums', '^64bit,^metadata_csum', []],
  ['64bit, metadata_csum', '64bit,metadata_csum', ['-c']],
  ['metadata_csum, checksums of version 2', '^64bit,metadata_csum', ['-c', '-v', '2']],
  ['64bit, checksums of version 2', '64bit,metadata_csum', ['-c', '-v', '2']],
] as const;

describe.skipIf(!hasE2fsprogs)('a journal written by debugfs', () => {
  let place: Workplace;
  beforeAll(() => {
    place = new Workplace();
  });
  afterAll(() => place.close());

  /** A file system with one file of `count` blocks, each full of its own number, and where those blocks lie. */
  const prepared = (features: string, count = 6): { bytes: Uint8Array; blocks: readonly number[] } => {
    const bytes = place.make({ size: 12 * 1024 ** 2, features, options: ['-b', '1024', '-J', 'size=1'] })!;
    const volume = open(bytes);
    const content = Buffer.concat(
      Array.from({ length: count }, (_, index) => Buffer.alloc(blockSize, 65 + index)),
    );
    volume.write('/file', bytesSource(content));
    volume.flush();
    const blocks = place
      .debug(bytes, ['blocks /file'])
      .match(/^\d+(?: \d+)*/m)![0]
      .split(' ')
      .map(Number);
    return { bytes, blocks };
  };
  const source = (name: string, content: Uint8Array): string => {
    const file = place.file(name);
    writeFileSync(file, content);
    return file;
  };
  const text = (volume: Ext4Volume): string => {
    const content = Buffer.alloc(volume.stat('/file')!.size);
    volume.open('/file').readInto(content, 0);
    return content.toString('latin1').replace(/(.)\1*/gs, (run) => run[0]!);
  };

  it.each(journals)('with %s is replayed', (_name, features, flags) => {
    const { bytes, blocks } = prepared(features);
    const fill = (letter: string) => source(letter, Buffer.alloc(blockSize, letter));
    place.debug(
      bytes,
      [
        `jo ${flags.join(' ')}`,
        `jw -b ${blocks[0]},${blocks[1]} ${source('xy', Buffer.concat([Buffer.alloc(blockSize, 'x'), Buffer.alloc(blockSize, 'y')]))}`,
        `jw -b ${blocks[1]} ${fill('z')}`,
        `jw -b ${blocks[2]} ${fill('r')}`,
        // Taken back, so it keeps its old content, unless it is written again later.
        `jw -r ${blocks[2]},${blocks[3]}`,
        `jw -b ${blocks[3]} ${fill('w')}`,
        'jc',
      ],
      ['-w'],
    );
    const recovered = recoverLikeE2fsck(place, bytes);
    expect(text(open(recovered))).toBe('xzCwEF');
  });

  it.each(journals)('with %s forgets a transaction that was not committed', (_name, features, flags) => {
    const { bytes, blocks } = prepared(features);
    place.debug(
      bytes,
      [
        `jo ${flags.join(' ')}`,
        `jw -b ${blocks[0]} ${source('x', Buffer.alloc(blockSize, 'x'))}`,
        `jw -c -b ${blocks[1]} ${source('y', Buffer.alloc(blockSize, 'y'))}`,
        'jc',
      ],
      ['-w'],
    );
    expect(text(open(recoverLikeE2fsck(place, bytes)))).toBe('xBCDEF');
  });

  it('gives back a block that begins like one of its own', () => {
    const { bytes, blocks } = prepared('64bit,metadata_csum');
    const like = Buffer.alloc(blockSize, 'j');
    like.writeUInt32BE(0xc03b3998);
    place.debug(bytes, ['jo -c', `jw -b ${blocks[0]} ${source('like', like)}`, 'jc'], ['-w']);
    const recovered = recoverLikeE2fsck(place, bytes);
    const content = Buffer.alloc(blockSize);
    open(recovered).open('/file').readInto(content, 0);
    expect(content.equals(like)).toBe(true);
  });

  it('that runs around its end is followed', () => {
    const { bytes, blocks } = prepared('64bit,metadata_csum', 400);
    const large = source('large', Buffer.alloc(300 * blockSize, 'l'));
    const write = (first: number) => `jw -b ${blocks.slice(first, first + 300).join(',')} ${large}`;
    // Recovered in between, the journal goes on where it was, and the next transactions pass its end.
    let current = bytes;
    for (let round = 0; round < 5; round++) {
      place.debug(current, ['jo -c', write(round * 20), 'jc'], ['-w']);
      current = recoverLikeE2fsck(place, current);
    }
    expect(text(open(current))).toMatch(/^l/);
  });

  describe('that is damaged', () => {
    const crashed = (): { bytes: Uint8Array; journal: number } => {
      const { bytes, blocks } = prepared('64bit,metadata_csum');
      const x = source('x', Buffer.alloc(blockSize, 'x'));
      place.debug(bytes, ['jo -c', `jw -b ${blocks[0]} ${x}`, `jw -b ${blocks[1]} ${x}`, 'jc'], ['-w']);
      const journal = Number(place.debug(bytes, ['blocks <8>']).match(/^\d+/m)?.[0]);
      expect(bytes[journal * blockSize]).toBe(0xc0);
      return { bytes, journal };
    };
    const refuses = (code: string, change: (journal: Buffer) => void) => {
      const { bytes, journal } = crashed();
      change(Buffer.from(bytes.buffer, bytes.byteOffset + journal * blockSize, 1024 ** 2));
      expect(() => open(bytes, true)).toThrow(expect.objectContaining({ code }));
    };

    it.each([
      ['in its superblock', 'image.damaged', (log: Buffer) => log.fill(1, 200, 201)],
      ['by a size that cannot be', 'image.damaged', (log: Buffer) => log.writeUInt32BE(0xffffff, 0x10)],
      ['in a copied block', 'image.damaged', (log: Buffer) => log.fill(0, 2 * 1024 + 100, 2 * 1024 + 101)],
      ['by a feature from the future', 'image.not-supported', (log: Buffer) => log.writeUInt32BE(0x40, 0x28)],
      ['by a wrong magic number', 'image.damaged', (log: Buffer) => log.writeUInt32BE(0, 0)],
    ] as const)('%s is refused', (_what, code, change) => {
      refuses(code, change);
    });

    it.each([
      ['a descriptor', 4],
      ['a commit', 6],
    ])('in %s ends before it', (_what, block) => {
      const { bytes, journal } = crashed();
      bytes[(journal + block) * blockSize + 500]! ^= 1;
      expect(text(open(bytes, true))).toBe('xBCDEF');
      expect(place.check(bytes)).toBe('');
    });
  });
});

const kernelLayouts = [
  ['Buster', '^64bit,^metadata_csum,^huge_file', []],
  ['Buster, checksums of version 1 in the journal', '^64bit,^metadata_csum', ['journal_checksum']],
  ['metadata_csum, 64bit', '64bit,metadata_csum', []],
  ['metadata_csum, asynchronous commits', '64bit,metadata_csum', ['journal_async_commit', 'data=writeback']],
  ['orphan_file, csum_seed', '64bit,metadata_csum,metadata_csum_seed,orphan_file', []],
  ['data in the journal', '64bit,metadata_csum', ['data=journal', 'nodelalloc']],
  ['ext3', '^extent,^64bit,^metadata_csum,^flex_bg', []],
] as const;

describe.skipIf(!hasE2fsprogs)('a file system that the kernel was working on', () => {
  const place = new Workplace();
  const mountable = canMount(place);
  afterAll(() => place.close());

  it.each(kernelLayouts)('with %s is recovered as e2fsck does it', (name, features, options) => {
    if (!mountable) return;
    const file = place.file(`${name.replace(/\W+/g, '-')}.img`);
    const point = `${file}.mounted`;
    writeFileSync(file, place.make({ size: 24 * 1024 ** 2, features, options: ['-b', '1024'] })!);
    mkdirSync(point);
    // Recent kernels may lack an option; then there is nothing to test.
    if (spawnSync('mount', ['-o', ['loop', 'commit=300', ...options].join(','), file, point]).status !== 0)
      return;
    let crashed: Uint8Array;
    try {
      const script = `
        cd "$1"
        mkdir -p one/two
        for i in $(seq 1 300); do echo "content $i" > "one/a-rather-long-name-of-a-file-$i"; done
        head -c 700000 /dev/zero | tr '\\0' x > large
        head -c 300000 /dev/zero | tr '\\0' y > open
        mkdir gone
        sync -f .
        for i in $(seq 1 2 300); do rm "one/a-rather-long-name-of-a-file-$i"; done
        mv one/two two
        ln -s target link
        exec 3< open
        rm open large
        rmdir gone
        echo last > one/last
        sync -f .
        echo lost > one/not-synced
        cp --sparse=always "$2" "$2.crashed"
        exec 3<&-
      `;
      execFileSync('sh', ['-ec', script, 'sh', point, file]);
      crashed = new Uint8Array(readFileSync(`${file}.crashed`));
    } finally {
      spawnSync('umount', [point]);
    }
    const recovered = recoverLikeE2fsck(place, crashed);
    const tree = treeOf(open(recovered));
    expect(tree['/one/last']).toBeDefined();
    expect(Object.keys(tree).filter((one) => one.startsWith('/one/a-rather'))).toHaveLength(150);
    expect(tree['/open']).toBeUndefined();
    const volume = open(recovered);
    volume.write('/after', bytesSource(pattern(100_000, 1)));
    volume.flush();
    expect(place.check(recovered)).toBe('');
  });
});

describe.skipIf(!hasE2fsprogs)('a list of orphans', () => {
  let place: Workplace;
  beforeAll(() => {
    place = new Workplace();
  });
  afterAll(() => place.close());

  it.each([
    ['metadata_csum', '64bit,metadata_csum'],
    ['no checksums', '^64bit,^metadata_csum'],
  ])('with %s is worked off', (_name, features) => {
    const bytes = place.make({ size: 12 * 1024 ** 2, features, options: ['-b', '1024'] })!;
    const volume = open(bytes);
    for (const name of ['deleted', 'cut', 'attributes', 'kept'])
      volume.write(`/${name}`, bytesSource(pattern(200_000, 1)));
    volume.setExtendedAttribute('/attributes', 'user.large', pattern(500, 1));
    volume.flush();
    const number = (name: string) => volume.stat(`/${name}`)!.inode;
    place.debug(
      bytes,
      [
        'unlink deleted',
        'unlink attributes',
        `sif <${number('deleted')}> links_count 0`,
        `sif <${number('attributes')}> links_count 0`,
        'sif cut size 12345',
        `sif <${number('deleted')}> dtime ${number('cut')}`,
        `sif <${number('cut')}> dtime ${number('attributes')}`,
        `sif <${number('attributes')}> dtime 0`,
        `ssv last_orphan ${number('deleted')}`,
      ],
      ['-w'],
    );
    const recovered = recoverLikeE2fsck(place, bytes);
    expect(open(recovered).stat('/cut')?.size).toBe(12_345);
    expect(Object.keys(treeOf(open(recovered))).sort()).toEqual(['/cut', '/kept']);
  });

  it('that runs in a circle is damage', () => {
    const bytes = place.make({ size: 12 * 1024 ** 2, features: '64bit,metadata_csum' })!;
    const volume = open(bytes);
    volume.write('/one', bytesSource(pattern(10, 1)));
    volume.flush();
    const { inode } = volume.stat('/one')!;
    place.debug(bytes, [`sif <${inode}> dtime ${inode}`, `ssv last_orphan ${inode}`], ['-w']);
    const before = bytes.slice();
    expect(() => open(bytes, true)).toThrow(expect.objectContaining({ code: 'image.damaged' }));
    expect(Buffer.compare(bytes, before)).toBe(0);
  });
});

import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { CheckedBase, checkBase } from '../../../src/image/check/checked-base.ts';
import { Ext4Base, examineExt4 } from '../../../src/image/check/ext4-edited.ts';
import { checkImage } from '../../../src/image/check/image.ts';
import { openExt4 } from '../../../src/image/ext4/volume.ts';
import { openImage } from '../../../src/image/open-image.ts';
import { createOverlay, type Overlay } from '../../../src/image/overlay.ts';
import { readPartitionTable } from '../../../src/image/partitions/partition-table.ts';
import { windowOf } from '../../../src/image/window.ts';
import type { EditedDevice } from '../../../src/image/zeroed-free.ts';
import { bytesSource } from '../../../src/model/content.ts';
import { rawDemo } from '../../fixtures/demo.ts';
import { memoryDevice } from '../../fixtures/memory-device.ts';
import { hasE2fsprogs, Workplace } from '../ext4/e2fsprogs.ts';
import { featureSets } from '../ext4/feature-sets.ts';
import { pattern } from '../ext4/random.ts';
import { corrupt, populated, regionsOf } from './corpus.ts';

const now = () => new Date('2026-01-02T03:04:05Z');
/** Damages for each layout. */
const damages = 24;
const firstSector = 2048;

/** A disk image with one Linux partition of these bytes. */
function disk(fileSystem: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(firstSector * 512 + fileSystem.length);
  bytes[446 + 4] = 0x83;
  bytes.writeUInt32LE(firstSector, 446 + 8);
  bytes.writeUInt32LE(fileSystem.length / 512, 446 + 12);
  bytes.writeUInt16LE(0xaa55, 510);
  bytes.set(fileSystem, firstSector * 512);
  return bytes;
}

/** What a fault did to the file system goes into an overlay of its disk, as an edit would. */
function putDifferences(overlay: Overlay, before: Uint8Array, after: Uint8Array): void {
  for (let at = 0; at < after.length; at += 4096) {
    const piece = after.subarray(at, at + 4096);
    if (Buffer.compare(piece, before.subarray(at, at + 4096)) !== 0)
      overlay.writeFrom(piece, firstSector * 512 + at);
  }
}

/** The same image, and how many bytes of it were read. */
function metered(edited: EditedDevice): EditedDevice & { readonly read: () => number } {
  let read = 0;
  return {
    size: edited.size,
    readInto(target, position) {
      read += target.length;
      edited.readInto(target, position);
    },
    writeFrom: () => expect.unreachable(),
    dirtyRuns: () => edited.dirtyRuns(),
    read: () => read,
  };
}

/** What edits do to inodes and directories, one after the other. */
function editVolume(volume: ReturnType<typeof openExt4>, seed: number): void {
  volume.write(`/etc/new-${seed}`, bytesSource(pattern(seed * 100, seed)));
  if (seed % 3 === 0) volume.remove('/many/a-rather-long-name-1');
  // Takes the inode that was left.
  if (seed % 6 === 0) volume.makeDirectory('/etc/made');
  if (seed % 4 === 0) volume.rename('/etc/below', '/many/below');
  if (seed % 5 === 0) volume.makeHardLink('/etc/large', '/etc/another-name');
  if (seed % 5 === 1) volume.setExtendedAttribute('/etc/large', 'user.long', pattern(300, seed));
  if (seed % 7 === 0) volume.remove('/etc/holes');
  if (seed % 8 === 1) volume.makeLink('/etc/link', '/far'.repeat(seed));
}

describe.skipIf(!hasE2fsprogs)('an edit of a base that was checked', () => {
  let place: Workplace;
  beforeAll(() => {
    place = new Workplace();
  });
  afterAll(() => place.close());

  it.each([
    'Buster (no checksums, 4k)',
    'metadata_csum, 64bit, 1k',
    'uninit_bg, small groups',
    'ext3 layout (no extents)',
    'meta_bg without sparse_super, flex_bg, checksums',
  ])('with %s has the same faults as when all of it is checked', (name) => {
    const bytes = populated(place, featureSets[name]!)!;
    const regions = regionsOf(place, bytes);
    const base = memoryDevice(disk(bytes));
    const checked = new CheckedBase(checkBase(base), base);
    expect(checked.reports).toEqual(checkImage(base));
    let faulty = 0;
    for (let seed = 0; seed < damages; seed++) {
      const overlay = createOverlay(base);
      const volume = openExt4(windowOf(overlay, firstSector * 512, bytes.length), { now });
      editVolume(volume, seed);
      volume.flush();
      const edited = new Uint8Array(bytes.length);
      overlay.readInto(edited, firstSector * 512);
      const [some, whole] = [metered(overlay), metered(overlay)];
      expect(checked.check(some)[0]?.findings).toEqual([]);
      expect(checkImage(whole)[0]?.findings).toEqual([]);
      // If all of it had been looked at after all, it would be more.
      expect(some.read()).toBeLessThan(whole.read());

      const damaged = edited.slice();
      const how = corrupt(damaged, regions, seed);
      putDifferences(overlay, edited, damaged);
      const all = checkImage(overlay);
      expect(checked.check(overlay), JSON.stringify(how)).toEqual(all);
      if ((all[0]?.findings ?? []).length > 0) faulty++;
    }
    expect(faulty).toBeGreaterThan(1);
  });

  it('of the layout is checked as a whole', () => {
    const bytes = populated(place, featureSets['Buster (no checksums, 4k)']!)!;
    const base = memoryDevice(disk(bytes));
    const checked = new CheckedBase(checkBase(base), base);
    // Without filetype, which says something of every inode.
    const overlay = createOverlay(base);
    const at = firstSector * 512 + 1024;
    const superblock = new Uint8Array(1024);
    overlay.readInto(superblock, at);
    superblock[96]! &= ~2;
    overlay.writeFrom(superblock, at);
    expect(checkImage(overlay)[0]?.findings?.length).toBeGreaterThan(0);
    expect(checked.check(overlay)).toEqual(checkImage(overlay));
  });
});

describe.skipIf(!hasE2fsprogs)('what an unchanged directory names', () => {
  let place: Workplace;
  beforeAll(() => {
    place = new Workplace();
  });
  afterAll(() => place.close());

  it.each([
    ['another kind', (inode: Uint8Array) => inode.fill((inode[1]! & 0xf) | 0xc0, 1, 2)],
    ['not in use', (inode: Uint8Array) => inode.fill(0)],
  ])('is not sound as %s', (_what, change) => {
    const bytes = populated(place, featureSets['Buster (no checksums, 4k)']!)!;
    const base = memoryDevice(bytes);
    const { messages, sound } = examineExt4(base);
    expect(messages).toEqual([]);
    const known = new Ext4Base(sound!, base);
    // That of the named pipe.
    const inode = regionsOf(place, bytes).filter(({ kind }) => kind === 'inode')[9]!;
    const overlay = createOverlay(base);
    const changed = bytes.slice(inode.position, inode.position + inode.length);
    expect(known.isStillSound(overlay, [])).toBe(true);
    overlay.writeFrom(changed, inode.position);
    expect(known.isStillSound(overlay, [...overlay.dirtyRuns()])).toBe(true);
    change(changed);
    overlay.writeFrom(changed, inode.position);
    expect(known.isStillSound(overlay, [...overlay.dirtyRuns()])).toBe(false);
    overlay.discard();
    expect(known.isStillSound(overlay, [])).toBe(true);
  });

  it('is the same with what another thread was given', () => {
    const base = memoryDevice(populated(place, featureSets['Buster (no checksums, 4k)']!)!);
    const sent = structuredClone(examineExt4(base).sound!);
    expect(new Ext4Base(sent, base).isStillSound(createOverlay(base), [])).toBe(true);
  });
});

test('a boot partition that is written alike has the same faults', async () => {
  const base = memoryDevice(Buffer.from(await rawDemo()));
  const checked = new CheckedBase(checkBase(base), base);
  const [boot] = readPartitionTable(base).partitions;
  for (const seed of [1, 2, 2, 3, 1]) {
    const overlay = createOverlay(base);
    const { tree } = await openImage(overlay, { now });
    tree.write('/boot/ssh', bytesSource(new Uint8Array(3)));
    tree.flush();
    expect(checked.check(overlay)[0]?.findings).toEqual([]);
    // Somewhere in the first table.
    overlay.writeFrom(Uint8Array.of(0x5a, seed), boot!.offset + 32 * 512 + 40 * seed);
    const all = checkImage(overlay);
    expect(all[0]?.findings?.length).toBeGreaterThan(0);
    expect(checked.check(overlay)).toEqual(all);
  }
});

test('the parts of a base are those of its partitions', async () => {
  const base = memoryDevice(Buffer.from(await rawDemo()));
  const checked = new CheckedBase(checkBase(base), base);
  expect(checked.reports).toEqual(checkImage(base));
  const overlay = createOverlay(base);
  const { tree } = await openImage(overlay, { now });
  tree.write('/etc/hostname', bytesSource(Buffer.from('kitchen\n')));
  tree.write('/boot/ssh', bytesSource(new Uint8Array(3)));
  tree.flush();
  expect(checked.check(overlay)).toEqual(checkImage(overlay));
  const root = readPartitionTable(base).partitions.at(-1)!;
  // The first block of the root's inode table, wherever it is.
  const group = new Uint8Array(64);
  overlay.readInto(group, root.offset + 4096);
  const table = Buffer.from(group).readUInt32LE(8);
  overlay.writeFrom(new Uint8Array(256).fill(0x5a), root.offset + table * 4096 + 256);
  const all = checkImage(overlay);
  expect(all.at(-1)?.findings?.length).toBeGreaterThan(0);
  expect(checked.check(overlay)).toEqual(all);
});

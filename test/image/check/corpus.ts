import { openExt4 } from '../../../src/image/ext4/volume.ts';
import { bytesSource } from '../../../src/model/content.ts';
import { type ImageOptions, memoryDevice, type Workplace } from '../ext4/e2fsprogs.ts';
import { pattern, randomNumbers } from '../ext4/random.ts';

const now = () => new Date('2026-01-02T03:04:05.678Z');

/** An ext4 file system with something of everything in it, made by mke2fs and us, its directories indexed by e2fsck. */
export function populated(place: Workplace, options: Omit<ImageOptions, 'size'>): Uint8Array | undefined {
  const bytes = place.make({ ...options, size: 12 * 1024 ** 2 });
  if (bytes === undefined) return undefined;
  const volume = openExt4(memoryDevice(bytes), { now });
  volume.makeDirectory('/etc');
  volume.makeDirectory('/etc/below');
  volume.makeDirectory('/many');
  for (let index = 0; index < 260; index++)
    volume.write(`/many/a-rather-long-name-${index}`, bytesSource(pattern(index * 9, index)));
  for (let index = 0; index < 260; index += 3) volume.remove(`/many/a-rather-long-name-${index}`);
  volume.write('/etc/large', bytesSource(pattern(900_000, 1)));
  volume.write('/etc/holes', bytesSource(pattern(5000, 1)));
  for (let index = 1; index < 120; index++) {
    volume.resize('/etc/holes', index * 12_288);
    volume.append('/etc/holes', bytesSource(pattern(1000, index)));
  }
  volume.makeHardLink('/etc/large', '/etc/below/second-name');
  volume.makeLink('/etc/short', 'target');
  volume.makeLink('/etc/long', '/far'.repeat(100));
  volume.makeSpecialFile('/etc/null', { type: 'character', major: 1, minor: 3 });
  volume.makeSpecialFile('/etc/fifo', { type: 'fifo' });
  volume.setExtendedAttribute('/etc/large', 'security.capability', pattern(20, 1));
  for (let index = 0; index < 5; index++)
    volume.setExtendedAttribute('/etc/holes', `user.name-${index}`, pattern(80, index));
  volume.flush();
  return place.rebuild(bytes, '-fD');
}

/** A kind of structure and where the image has one. */
export interface Region {
  readonly kind: string;
  readonly position: number;
  readonly length: number;
}

/** Where the structures of an ext4 file system lie, by what debugfs says. */
export function regionsOf(place: Workplace, bytes: Uint8Array): readonly Region[] {
  const blockSize = 1024 << new DataView(bytes.buffer, bytes.byteOffset + 1024).getUint32(24, true);
  const inodeSize = new DataView(bytes.buffer, bytes.byteOffset + 1024).getUint16(88, true);
  const regions: Region[] = [{ kind: 'superblock', position: 1024, length: 1024 }];
  const block = (kind: string, number: number) =>
    regions.push({ kind, position: number * blockSize, length: blockSize });
  const stats = place.debug(bytes, ['stats']);
  const groups = [
    ...stats.matchAll(/Group +\d+: block bitmap at (\d+), inode bitmap at (\d+), inode table at (\d+)/g),
  ];
  const descriptors = blockSize === 1024 ? 2048 : blockSize;
  regions.push({
    kind: 'group descriptors',
    position: descriptors,
    length: groups.length * (/64bit/.test(stats) ? 64 : 32),
  });
  for (const [, blockBitmap, inodeBitmap] of groups.slice(0, 2)) {
    block('block bitmap', Number(blockBitmap));
    block('inode bitmap', Number(inodeBitmap));
  }
  const files = [
    '/',
    '/etc',
    '/etc/below',
    '/many',
    '/etc/large',
    '/etc/holes',
    '/etc/short',
    '/etc/long',
    '/etc/null',
    '/etc/fifo',
    '/many/a-rather-long-name-1',
    '<8>',
    '<7>',
  ];
  const inodes = place.debug(
    bytes,
    files.map((file) => `imap ${file}`),
  );
  for (const [, at, offset] of inodes.matchAll(/located at block (\d+), offset 0x([0-9a-f]+)/g))
    regions.push({
      kind: 'inode',
      position: Number(at) * blockSize + Number.parseInt(offset!, 16),
      length: inodeSize,
    });
  for (const directory of ['/', '/etc', '/many']) {
    const list = place.debug(bytes, [`blocks ${directory}`]).match(/^\d+(?: \d+)*/m)?.[0] ?? '';
    list.split(' ').forEach((number, index) => {
      block(directory === '/many' && index === 0 ? 'directory index' : 'directory', Number(number));
    });
  }
  const holes = place.debug(bytes, ['stat /etc/holes']);
  for (const [, number] of holes.matchAll(/\((?:ETB\d|IND|DIND)\):(\d+)/g))
    block('extent or pointer block', Number(number));
  const attributes = /File ACL: ([1-9]\d*)/.exec(holes)?.[1];
  if (attributes !== undefined) block('attribute block', Number(attributes));
  const journal = place.debug(bytes, ['blocks <8>']).match(/^\d+/m)?.[0];
  if (journal !== undefined && journal !== '0') block('journal superblock', Number(journal));
  return regions;
}

/** Changes a few bytes of one of the regions, and says how. */
export function corrupt(
  bytes: Uint8Array,
  regions: readonly Region[],
  seed: number,
): { kind: string; how: string } {
  const random = randomNumbers(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const kinds = [...new Set(regions.map(({ kind }) => kind))];
  const kind = kinds[below(kinds.length)]!;
  const candidates = regions.filter((one) => one.kind === kind);
  const { position, length } = candidates[below(candidates.length)]!;
  // The beginning of a structure is where most of its fields are.
  const at = position + below(random() < 0.5 ? Math.min(length, 128) : length);
  const width = [1, 1, 2, 4][below(4)]!;
  const how = ['flip', 'zero', 'ones', 'random', 'block'][below(12)] ?? 'flip';
  if (how === 'flip') bytes[at]! ^= 1 << below(8);
  else if (how === 'block') bytes.fill(0, position, position + length);
  else
    for (let index = 0; index < width && at + index < position + length; index++)
      bytes[at + index] = how === 'zero' ? 0 : how === 'ones' ? 0xff : below(256);
  return { kind, how: `${how} at ${at - position} of ${position}` };
}

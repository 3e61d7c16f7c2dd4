import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { locateBlock, openDirectory } from '../../../src/image/ext4/directory.ts';
import { sealDirectoryBlock } from '../../../src/image/ext4/directory-checksum.ts';
import { mountExt4 } from '../../../src/image/ext4/file-system.ts';
import { existingInode } from '../../../src/image/ext4/path.ts';
import { flushAll, transact } from '../../../src/image/ext4/transaction.ts';
import { openExt4 } from '../../../src/image/ext4/volume.ts';
import { bytesSource } from '../../../src/model/content.ts';
import { hasE2fsprogs, memoryDevice, Workplace } from './e2fsprogs.ts';

const now = () => new Date('2026-01-02T03:04:05Z');
const hashes = ['legacy', 'half_md4', 'tea'];
const count = 900;

describe.skipIf(!hasE2fsprogs)('an indexed directory', () => {
  let place: Workplace;
  let folder: string;
  beforeAll(() => {
    place = new Workplace();
    folder = place.file('tree');
    mkdirSync(path.join(folder, 'large'), { recursive: true });
    for (let index = 0; index < count; index++)
      writeFileSync(path.join(folder, 'large', `file-${index}-żółć`), '');
  });
  afterAll(() => place.close());

  const isIndexed = (bytes: Uint8Array, name: string): boolean =>
    /Flags: 0x[0-9a-f]*1[0-9a-f]{3}\b/.test(place.debug(bytes, [`stat ${name}`]));

  describe.each(['^metadata_csum,^64bit', 'metadata_csum,64bit'])('made by e2fsck with %s', (features) => {
    const byVersion = hashes.flatMap((name, version) => [
      [name, version, 1] as const,
      [`${name}_unsigned`, version, 2] as const,
    ]);
    it.each(byVersion)('and %s keeps its index through insertions and removals', (_name, version, flag) => {
      let bytes = place.make({
        size: 12 * 1024 ** 2,
        features,
        options: ['-b', '1024', '-N', '4096'],
        from: folder,
      })!;
      place.debug(bytes, [`ssv def_hash_version ${version}`, `ssv flags ${flag}`], ['-w']);
      bytes = place.rebuild(bytes, '-fD');
      expect(isIndexed(bytes, '/large')).toBe(true);
      const volume = openExt4(memoryDevice(bytes), { now });
      for (let index = 0; index < count; index++) {
        expect(volume.stat(`/large/file-${index}-żółć`)?.kind).toBe('file');
        volume.makeLink(`/large/${index}-new-ł`, 'x');
        if (index % 3 === 0) volume.remove(`/large/file-${index}-żółć`);
      }
      volume.flush();
      expect(place.check(bytes)).toBe('');
      expect(isIndexed(bytes, '/large')).toBe(true);
      expect(volume.list('/large')).toHaveLength(count + count - count / 3);
      for (let index = 0; index < count; index++)
        expect(volume.stat(`/large/${index}-new-ł`)?.kind).toBe('link');
    });
  });

  it.each([
    ['dir_index', '^metadata_csum,^64bit'],
    ['dir_index and checksums', 'metadata_csum,64bit'],
    ['large_dir', 'metadata_csum,64bit,large_dir'],
  ])('grows by index blocks of a second level with %s', (_name, features) => {
    const bytes = place.make({ size: 48 * 1024 ** 2, features, options: ['-b', '1024', '-N', '60000'] })!;
    const volume = openExt4(memoryDevice(bytes), { now });
    volume.makeDirectory('/d');
    // One leaf holds three names of this length, one index block some 120 leaves.
    const name = (index: number): string => `${'n'.repeat(240)}${index}`;
    volume.write('/file', bytesSource(new Uint8Array()));
    for (let index = 0; index < 2500; index++) volume.makeHardLink('/file', `/d/${name(index)}`);
    volume.flush();
    expect(place.check(bytes)).toBe('');
    expect(isIndexed(bytes, '/d')).toBe(true);
    const dump = place.debug(bytes, ['htree /d']);
    expect(dump).toContain('Indirect levels: 1');
    const again = openExt4(memoryDevice(bytes), { now });
    expect(again.list('/d')).toHaveLength(2500);
    for (let index = 0; index < 2500; index++) expect(again.stat(`/d/${name(index)}`)?.links).toBe(2501);
    expect(again.stat(`/d/${name(2500)}`)).toBeUndefined();
  });

  it('is known as one when its block ends like that of a plain directory, as the kernel leaves it', () => {
    const made = place.make({
      size: 12 * 1024 ** 2,
      features: 'metadata_csum,64bit',
      options: ['-b', '1024'],
      from: folder,
    });
    const bytes = place.rebuild(made!, '-fD');
    const fs = mountExt4(memoryDevice(bytes), now);
    transact(fs, () => {
      const directory = existingInode(fs, '/large');
      const root = fs.blocks.edit(locateBlock(openDirectory(fs, directory), 0));
      root.set([0, 0, 0, 0, 12, 0, 0, 0xde], root.length - 12);
      sealDirectoryBlock(fs, directory, root);
    });
    flushAll(fs);
    expect(place.check(bytes)).toBe('');
    const volume = openExt4(memoryDevice(bytes), { now });
    expect(volume.list('/large')).toHaveLength(count);
    volume.makeLink('/large/new', 'x');
    volume.flush();
    expect(place.check(bytes)).toBe('');
  });

  it('that moves gets a new parent in its index block', () => {
    const bytes = place.rebuild(
      place.make({
        size: 12 * 1024 ** 2,
        features: 'metadata_csum,64bit',
        options: ['-b', '1024'],
        from: folder,
      })!,
      '-fD',
    );
    const volume = openExt4(memoryDevice(bytes), { now });
    volume.makeDirectory('/parent');
    volume.rename('/large', '/parent/moved');
    volume.flush();
    expect(place.check(bytes)).toBe('');
    expect(volume.list('/parent/moved')).toHaveLength(count);
    for (let index = 0; index < count; index++) volume.remove(`/parent/moved/file-${index}-żółć`);
    volume.remove('/parent/moved');
    volume.flush();
    expect(place.check(bytes)).toBe('');
  });
});

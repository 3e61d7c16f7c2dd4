import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ext4Volume, openExt4 } from '../../../src/image/ext4/volume.ts';
import { bytesSource } from '../../../src/model/content.ts';
import { hasE2fsprogs, memoryDevice, Workplace } from './e2fsprogs.ts';
import { pattern } from './random.ts';

const now = () => new Date('2026-01-02T03:04:05Z');
const text = (value: string) => new Uint8Array(Buffer.from(value));

describe.skipIf(!hasE2fsprogs)('extended attributes', () => {
  let place: Workplace;
  let made: Uint8Array;
  beforeAll(() => {
    place = new Workplace();
    made = place.make({ size: 8 * 1024 ** 2, features: '64bit,metadata_csum', options: ['-b', '1024'] })!;
  });
  afterAll(() => place.close());

  const open = (bytes: Uint8Array): Ext4Volume => openExt4(memoryDevice(bytes), { now });
  const withFiles = (...names: string[]): Uint8Array => {
    const bytes = made.slice();
    const volume = open(bytes);
    for (const name of names) volume.write(name, bytesSource(pattern(3000, 1)));
    volume.flush();
    return bytes;
  };
  const values = (volume: Ext4Volume, file: string) =>
    Object.fromEntries(
      [...volume.extendedAttributes(file)].map(([name, value]) => [name, Buffer.from(value).toString()]),
    );

  it('of debugfs are read, and kept when the content changes', () => {
    const bytes = withFiles('/file');
    const long = 'x'.repeat(400);
    place.debug(bytes, ['ea_set /file user.short value', `ea_set /file user.long ${long}`], ['-w']);
    const volume = open(bytes);
    volume.write('/file', bytesSource(pattern(50, 2)));
    volume.setAttributes('/file', { mode: 0o600 });
    volume.append('/file', bytesSource(pattern(5000, 2)));
    volume.rename('/file', '/renamed');
    volume.flush();
    expect(values(open(bytes), '/renamed')).toEqual({ 'user.short': 'value', 'user.long': long });
    expect(place.check(bytes)).toBe('');
  });

  it('are read by debugfs', () => {
    const bytes = withFiles('/file');
    const volume = open(bytes);
    volume.setExtendedAttribute('/file', 'user.short', text('value'));
    volume.setExtendedAttribute('/file', 'user.long', text('y'.repeat(300)));
    volume.setExtendedAttribute('/file', 'user.empty', new Uint8Array());
    volume.flush();
    const listed = place.debug(bytes, ['ea_list /file', 'ea_get /file user.long']);
    expect(listed).toMatch(/user\.short \(5\)/);
    expect(listed).toMatch(/user\.long \(300\)/);
    expect(listed).toMatch(/user\.empty \(0\)/);
    expect(listed).toContain('y'.repeat(300));
    expect(place.check(bytes)).toBe('');
  });

  it('in a block that two inodes share are taken apart', () => {
    const bytes = withFiles('/one', '/two');
    place.debug(bytes, [`ea_set /one user.shared ${'s'.repeat(400)}`], ['-w']);
    const block = /File ACL: (\d+)/.exec(place.debug(bytes, ['stat /one']))?.[1];
    place.debug(bytes, [`sif /two file_acl ${block}`], ['-w']);
    // e2fsck counts both owners.
    const shared = place.rebuild(bytes, '-f');
    expect(place.check(shared)).toBe('');
    const volume = open(shared);
    expect(values(volume, '/two')).toEqual(values(volume, '/one'));
    volume.setExtendedAttribute('/two', 'user.own', text('t'.repeat(300)));
    volume.flush();
    expect(place.check(shared)).toBe('');
    expect(Object.keys(values(volume, '/one'))).toEqual(['user.shared']);
    expect(Object.keys(values(volume, '/two')).sort()).toEqual(['user.own', 'user.shared']);
    volume.remove('/one');
    volume.remove('/two');
    volume.flush();
    expect(place.check(shared)).toBe('');
  });

  it('that do not fit, and names that cannot be, are refused and nothing changes', () => {
    const bytes = withFiles('/file');
    const before = bytes.slice();
    const volume = open(bytes);
    const refuses = (code: string, name: string, value: Uint8Array | undefined) =>
      expect(() => volume.setExtendedAttribute('/file', name, value)).toThrow(
        expect.objectContaining({ code }),
      );
    refuses('image.no-space', 'user.large', new Uint8Array(1000));
    refuses('image.name', 'other.name', text('x'));
    refuses('image.name', 'user.', text('x'));
    refuses('image.name', 'system.posix_acl_access.more\0', text('x'));
    refuses('image.name', `user.${'n'.repeat(256)}`, text('x'));
    volume.flush();
    expect(Buffer.compare(bytes, before)).toBe(0);
  });
});

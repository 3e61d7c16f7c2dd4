import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootDirectoryIn, parseFstab } from '../../../src/image/facts/fstab.ts';

describe('parseFstab', () => {
  it('reads the fields, whatever is between them', () => {
    expect(parseFstab('PARTUUID=6c586e13-01\t/boot  vfat \t defaults,ro 0 2\r\n')).toEqual([
      { source: 'PARTUUID=6c586e13-01', mountPoint: '/boot', type: 'vfat', options: ['defaults', 'ro'] },
    ]);
  });

  it.each([
    ['LABEL="boot" /boot/ vfat', { source: 'LABEL=boot', mountPoint: '/boot', type: 'vfat' }],
    ['LABEL=a\\040b /mnt/x\\011y ext4', { source: 'LABEL=a b', mountPoint: '/mnt/x\ty' }],
    ['/dev/sda1 / ext4', { mountPoint: '/', options: ['defaults'] }],
    ['proc /proc', { type: 'auto' }],
    ['a\\999b /x', { source: 'a\\999b' }],
  ])('reads %j', (line, entry) => expect(parseFstab(line)).toMatchObject([entry]));

  it('skips comments, blank lines and half lines', () => {
    expect(parseFstab('# a b c\n\n   \n  #x /y\nalone\n')).toEqual([]);
  });

  it('never fails', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseFstab(text)));
  });
});

describe('bootDirectoryIn', () => {
  const mounts = (...points: string[]) =>
    bootDirectoryIn(parseFstab(points.map((one) => `x ${one} vfat`).join('\n')));

  it('prefers the inner one, and knows when there is none', () => {
    expect(mounts('/', '/boot')).toBe('/boot');
    expect(mounts('/boot', '/boot/firmware')).toBe('/boot/firmware');
    expect(mounts('/', '/boot/efi')).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { PiImageError } from '../../src/model/errors.ts';
import type { OsFacts } from '../../src/model/os.ts';
import { imageAdvice } from '../../src/plan/image-advice.ts';
import { bookwormLite, busterLite, factsOf, osTrees, testDiskId } from '../fixtures/os-trees.ts';

const buster = factsOf(busterLite());
const bookworm = factsOf(bookwormLite());
const rootPartition = { partUuid: `${testDiskId}-02`, last: true };
const advice = (os: OsFacts, more: Partial<OsFacts>) => imageAdvice({ ...os, bootFiles: [], ...more });
const ids = (os: OsFacts, more: Partial<OsFacts>) => advice(os, more).map(({ id }) => id);

describe('imageAdvice', () => {
  it.each(Object.entries(osTrees))('has nothing against %s as it is published', (_, makeTree) => {
    const os = factsOf(makeTree());
    expect(imageAdvice({ ...os, rootPartition }).filter(({ level }) => level === 'warning')).toEqual([]);
    expect(ids(os, { rootPartition })).toEqual([]);
  });

  it.each([
    ['ssh.txt.txt', 'ssh.txt'],
    ['SSH.rtf', 'SSH'],
    ['wpa_supplicant.conf.txt', 'wpa_supplicant.conf'],
    ['userconf.txt.txt', 'userconf.txt'],
    ['config.txt.txt', 'config.txt'],
    ['user-data.yaml', 'user-data'],
    ['custom.toml.txt', 'custom.toml'],
  ])('tells that nothing reads %s', (name, meant) => {
    const [one] = advice(buster, { bootFiles: [name, 'config.txt'] });
    expect(one).toMatchObject({ level: 'warning', id: 'image.look-alike' });
    expect(one?.message).toContain(`/boot/${name} looks like ${meant},`);
  });

  it.each([
    'ssh',
    'ssh.txt',
    'userconf.txt',
    'userconf',
    'config.txt',
    'cmdline.txt',
    'issue.txt',
    'x.txt.txt',
  ])('takes %s for what it is', (name) => expect(ids(buster, { bootFiles: [name] })).toEqual([]));

  it.each(['custom.toml', 'firstrun.sh'])('tells of %s, which makes settings after ours', (name) => {
    expect(ids(bookworm, { bootFiles: [name] })).toEqual(['image.prepared']);
  });

  it.each([
    ['two lines', 'root=/dev/sda2\nquiet\n'],
    ['an empty first line', '\nroot=/dev/sda2\n'],
    ['two lines of Windows', 'root=/dev/sda2\r\nquiet'],
  ])('tells of a command line with %s', (_, commandLine) => {
    expect(ids(buster, { commandLine })).toEqual(['image.command-line']);
  });

  it.each(['', 'quiet', 'quiet\n', 'quiet\r\n', 'quiet\n\n \n'])('is content with %j', (commandLine) => {
    expect(ids(buster, { commandLine })).toEqual([]);
  });

  it('tells of a root that the kernel would wait for', () => {
    const elsewhere = { ...rootPartition, partUuid: 'deadbeef-02' };
    const [one] = advice(buster, { rootPartition: elsewhere });
    expect(one).toMatchObject({ level: 'warning', id: 'image.root' });
    expect(`${one?.message} ${one?.help}`).toMatch(/6c586e13-02.*deadbeef-02/);
    const upper = buster.commandLine.replace(testDiskId, testDiskId.toUpperCase());
    expect(ids(buster, { rootPartition, commandLine: upper })).toEqual([]);
    expect(ids(buster, { rootPartition: elsewhere, commandLine: 'root=/dev/mmcblk0p2' })).toEqual([]);
  });

  it('refuses a first boot that would ask on the screen', () => {
    const last = { ...rootPartition, last: false };
    expect(() => advice(buster, { rootPartition: last })).toThrow(/would stop and ask/);
    try {
      advice(buster, { rootPartition: last });
    } catch (error) {
      expect(PiImageError.is(error) && error.code).toBe('plan.unsuitable');
    }
    const done = buster.commandLine.replace(/ init=\S+/, '');
    expect(ids(buster, { rootPartition: last, commandLine: done })).toEqual(['image.root-not-last']);
    expect(ids(bookworm, { rootPartition: last })).toEqual(['image.root-not-last']);
  });

  it('tells of what copies of an image should not share', () => {
    expect(advice(buster, { usedBefore: true })).toMatchObject([{ level: 'warning', id: 'image.used' }]);
  });

  it('names the boards that the image is too old for', () => {
    const trees = [
      'bcm2708-rpi-zero.dtb',
      'bcm2711-rpi-4-b.dtb',
      'bcm2711-rpi-400.dtb',
      'bcm2711-rpi-cm4.dtb',
    ];
    expect(advice(buster, { bootFiles: trees })[0]?.message).toMatch(/on them: Zero 2 W, Pi 5$/);
    const mainline = ['bcm2837-rpi-zero-2-w.dtb', 'bcm2711-rpi-4-b.dtb', 'bcm2711-rpi-400.dtb'];
    expect(advice(buster, { bootFiles: mainline })[0]?.message).toMatch(/on them: Compute Module 4, Pi 5$/);
    const all = [...trees, 'bcm2710-rpi-zero-2-w.dtb', 'bcm2712-rpi-5-b.dtb'];
    expect(ids(buster, { bootFiles: all })).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { isDefaultPassword } from '../../src/content/credentials.ts';
import type { BlockDevice } from '../../src/image/device.ts';
import { openImage } from '../../src/image/open-image.ts';
import { createOverlay, type Overlay } from '../../src/image/overlay.ts';
import { bytesSource } from '../../src/model/content.ts';
import { PiImageError } from '../../src/model/errors.ts';
import { rawDemo } from '../fixtures/demo.ts';
import { memoryDevice } from '../fixtures/memory-device.ts';
import { type MbrRow, putMbr } from '../fixtures/partition-tables.ts';

const mebibyte = 1024 * 1024;
const boot: MbrRow = { slot: 0, type: 0x0c, start: 8192, sectors: 40 * 2048 };
const root: MbrRow = { slot: 1, type: 0x83, start: 44 * 2048, sectors: 64 * 2048 };
const behind = (bytes: number, type: number): MbrRow => ({
  slot: 2,
  type,
  start: 108 * 2048,
  sectors: bytes / 512,
});
const diskId = 0x0de30de3;
const options = { now: () => new Date('2026-11-24T12:00:00Z'), isDefaultPassword };

/** The demo with another partition table, over which a test may write; `more` lies behind it. */
async function demoDisk(
  rows: readonly MbrRow[] = [boot, root],
  more: Uint8Array = new Uint8Array(),
): Promise<Overlay> {
  const bytes = Buffer.concat([await rawDemo(), more]);
  bytes.fill(0, 446, 512);
  putMbr(bytes, rows, 0, diskId);
  return createOverlay(memoryDevice(bytes));
}

async function refusal(device: BlockDevice): Promise<string> {
  const error = await openImage(device, options).catch((one: unknown) => one);
  expect(PiImageError.is(error) && error.code).toBe('image.not-supported');
  return (error as PiImageError).message;
}

const part = async (row: MbrRow): Promise<Uint8Array> =>
  (await rawDemo()).subarray(row.start * 512, (row.start + row.sectors) * 512);

describe('openImage of the demo', () => {
  it('shows both partitions as one tree, by what its fstab says', async () => {
    const { mounts, tree, os, table } = await openImage(await demoDisk(), options);
    expect(mounts.map(({ number, at, volume }) => [number, at, volume.format, volume.label])).toEqual([
      [2, '/', 'ext4', 'rootfs'],
      [1, '/boot', 'fat32', 'boot'],
    ]);
    expect(table).toMatchObject({ scheme: 'mbr', diskId: '0de30de3' });
    expect(tree.readText('/boot/cmdline.txt')).toContain('root=PARTUUID=0de30de3-02');
    expect(tree.readLink('/etc/localtime')).toBe('/usr/share/zoneinfo/Europe/London');
    expect(tree.stat('/etc/shadow')).toMatchObject({ mode: 0o640, uid: 0, gid: 42 });
    expect(os).toMatchObject({
      id: 'raspbian',
      codename: 'buster',
      arch: 'armhf',
      desktop: true,
      network: 'dhcpcd',
      firstUserPassword: 'default',
      rootPartition: { partUuid: '0de30de3-02', last: true },
      usedBefore: false,
    });
    expect(os.bootFiles).toContain('config.txt');
  });

  it('does not guess the password when nobody says how to', async () => {
    const { now } = options;
    expect((await openImage(await demoDisk(), { now })).os.firstUserPassword).toBe('set');
  });

  it('is edited through the tree, in both partitions, and opens again so', async () => {
    const disk = await demoDisk();
    const { tree } = await openImage(disk, options);
    tree.write('/boot/ssh', bytesSource(new Uint8Array()));
    tree.write('/etc/hostname', bytesSource(Buffer.from('kitchen\n')));
    tree.flush();
    const again = await openImage(disk, options);
    expect(again.os.hostname).toBe('kitchen');
    expect(again.os.bootFiles).toContain('ssh');
  });
});

describe('openImage of other disks', () => {
  it('sees that a partition lies behind the root, whatever it holds', async () => {
    const disk = await demoDisk([boot, root, behind(mebibyte, 0x83)], new Uint8Array(mebibyte));
    const { os, mounts } = await openImage(disk, options);
    expect(os.rootPartition).toEqual({ partUuid: '0de30de3-02', last: false });
    expect(mounts).toHaveLength(2);
  });

  it('takes the root by what it holds, not by its number', async () => {
    const disk = await demoDisk([
      { ...boot, slot: 1 },
      { ...root, slot: 0 },
    ]);
    const { os, mounts } = await openImage(disk, options);
    expect(mounts.map(({ number }) => number)).toEqual([1, 2]);
    expect(os.rootPartition).toEqual({ partUuid: '0de30de3-01', last: true });
  });

  it('finds the one boot partition though fstab does not name it', async () => {
    const disk = await demoDisk();
    const { tree } = await openImage(disk, options);
    tree.write('/etc/fstab', bytesSource(Buffer.from('proc /proc proc defaults 0 0\n')));
    tree.flush();
    expect((await openImage(disk, options)).mounts[1]).toMatchObject({ number: 1, at: '/boot' });
    tree.makeDirectory('/boot2');
    tree.write('/etc/fstab', bytesSource(Buffer.from('LABEL=boot /boot/firmware vfat defaults 0 2\n')));
    tree.flush();
    await expect(openImage(disk, options)).rejects.toThrow(/no directory \/boot\/firmware/);
  });

  it('chooses between two FAT partitions by fstab, and refuses to guess', async () => {
    const disk = await demoDisk([boot, root, behind(40 * mebibyte, 0x0c)], await part(boot));
    const { mounts, tree } = await openImage(disk, options);
    expect(mounts[1]?.number).toBe(1);
    tree.write('/etc/fstab', bytesSource(Buffer.from('PARTUUID=0de30de3-03 /boot vfat\n')));
    tree.flush();
    expect((await openImage(disk, options)).mounts[1]?.number).toBe(3);
    tree.write('/etc/fstab', bytesSource(Buffer.from('')));
    tree.flush();
    expect(await refusal(disk)).toMatch(/no way to tell .* 1: FAT, 2: ext4, 3: FAT/);
  });

  it('refuses two systems, naming them', async () => {
    const disk = await demoDisk([boot, root, behind(64 * mebibyte, 0x83)], await part(root));
    expect(await refusal(disk)).toMatch(/a system on each of the partitions 2, 3/);
  });

  it('refuses what lacks a part', async () => {
    expect(await refusal(await demoDisk([boot]))).toMatch(
      /no ext4 partition for the system \(partitions 1: FAT\)/,
    );
    expect(await refusal(await demoDisk([root]))).toMatch(
      /no FAT partition to boot from \(partitions 2: ext4\)/,
    );
    const disk = await demoDisk();
    const { tree } = await openImage(disk, options);
    for (const name of ['os-release', 'fstab', 'passwd']) tree.remove(`/etc/${name}`);
    tree.flush();
    expect(await refusal(disk)).toMatch(/no ext4 partition with a system on it/);
  });
});

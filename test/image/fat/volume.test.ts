import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseBpb } from '../../../src/image/fat/bpb.ts';
import { openFat } from '../../../src/image/fat/volume.ts';
import { bytesSource } from '../../../src/model/content.ts';
import { PiImageError } from '../../../src/model/errors.ts';
import type { Volume } from '../../../src/model/volume.ts';
import { fatFaults } from '../../fixtures/check-fat.ts';
import { type FatFormat, formatFat } from '../../fixtures/format-fat.ts';
import { hasTool, judge } from '../../fixtures/judge.ts';
import { type MemoryDevice, memoryDevice } from '../../fixtures/memory-device.ts';
import { temporaryDirectory } from '../../fixtures/temporary-directory.ts';

const directory = temporaryDirectory();
const now = () => new Date('2026-01-02T03:04:06Z');
const formats: readonly FatFormat[] = ['fat12', 'fat16', 'fat32'];
const text = (content: string) => bytesSource(Buffer.from(content));

function read(volume: Volume, file: string): string {
  const source = volume.open(file);
  const bytes = Buffer.alloc(source.size);
  source.readInto(bytes, 0);
  return bytes.toString();
}

/** Position of the directory entry of a file with a short name in capitals. */
function entryPosition(device: MemoryDevice, shortName: string): number {
  const at = Buffer.from(device.bytes.buffer).indexOf(shortName.padEnd(11), 0, 'latin1');
  if (at < 0) throw new Error(`no entry ${shortName}`);
  return at;
}

/** A volume with one file whose entry has these attributes. */
async function withAttributes(format: FatFormat, attributes: number): Promise<MemoryDevice> {
  const device = await formatFat(format);
  (await openFat(device, { now })).write('/LOCKED', text('old content'));
  device.bytes[entryPosition(device, 'LOCKED') + 11] = attributes;
  return device;
}

describe.each(formats)('%s', (format) => {
  test('a volume that was closed leaves nothing to the next but the memory', async () => {
    const [fresh, used] = [await formatFat(format), await formatFat(format)];
    for (const device of [fresh, used]) {
      // What the second one is written by has another volume behind it, with more in it and another clock.
      const before = await openFat(await formatFat('fat32'), { now: () => new Date(0) });
      before.makeDirectory('/overlays');
      for (let index = 0; index < 50; index++)
        before.write(`/overlays/file-${index}`, text('x'.repeat(9999)));
      if (device === used) before.close?.();
      const volume = await openFat(device, { now });
      expect(volume.list('/')).toEqual([]);
      volume.write('/a long name.txt', text('x'.repeat(20_000)));
      volume.makeDirectory('/below');
      volume.rename('/a long name.txt', '/below/Short.txt');
      if (device === used) expect(() => before.list('/')).toThrow('closed');
      expect(() => before.close?.()).not.toThrow();
    }
    expect(Buffer.from(used.bytes).equals(fresh.bytes)).toBe(true);
  });

  test('a volume that was closed twice is not two', async () => {
    const first = await openFat(await formatFat(format), { now });
    first.close?.();
    first.close?.();
    const volumes = await Promise.all([1, 2, 3].map(async () => openFat(await formatFat(format), { now })));
    for (const [index, volume] of volumes.entries()) volume.write(`/file-${index}`, text(`${index}`));
    expect(volumes.map((volume) => volume.list('/').map(({ name }) => name))).toEqual([
      ['file-0'],
      ['file-1'],
      ['file-2'],
    ]);
  });

  test('opening and reading write nothing', async () => {
    const device = await formatFat(format);
    (await openFat(device, { now })).write('/ssh', text('x'));
    const before = device.bytes.slice();
    const readOnly = {
      ...device,
      writeFrom: () => {
        throw new Error('it was written');
      },
    };
    const volume = await openFat(readOnly, { now });
    expect(read(volume, '/ssh')).toBe('x');
    expect(volume.list('/')).toHaveLength(1);
    volume.space();
    volume.flush();
    expect(Buffer.from(device.bytes).equals(before)).toBe(true);
  });

  test('the same edits give the same bytes, and the serial number stays', async () => {
    const build = async () => {
      const device = memoryDevice((await empty).slice());
      const volume = await openFat(device, { now });
      volume.makeDirectory('/dir');
      volume.write('/dir/a long name.txt', text('one'));
      volume.write('/dir/a long name.txt', bytesSource(new Uint8Array(70_000)));
      volume.remove('/dir/a long name.txt');
      volume.write('/ssh', text(''));
      return device.bytes;
    };
    const empty = formatFat(format).then(({ bytes }) => bytes);
    const [first, second] = [await build(), await build()];
    expect(Buffer.from(first).equals(second)).toBe(true);
    expect(Buffer.from(first.subarray(0, 512)).equals((await empty).subarray(0, 512))).toBe(true);
  });

  test('a read-only file is replaced and removed as root can, and stays read-only', async () => {
    const device = await withAttributes(format, 0x21 | 0x06);
    const volume = await openFat(device, { now });
    volume.write('/locked', text('new and longer content'));
    expect(read(volume, '/LOCKED')).toBe('new and longer content');
    const again = await openFat(device, { now });
    expect(read(again, '/LOCKED')).toBe('new and longer content');
    expect(device.bytes[entryPosition(device, 'LOCKED') + 11]).toBe(0x27);
    expect(fatFaults(device, directory)).toEqual([]);
    again.write('/other', text('x'));
    again.remove('/LOCKED');
    expect(again.list('/')).toEqual([{ name: 'other', kind: 'file' }]);
    expect(fatFaults(device, directory)).toEqual([]);
  });

  test('a read-only file whose new content breaks off is as it was', async () => {
    const device = await withAttributes(format, 0x01);
    const volume = await openFat(device, { now });
    const broken = {
      size: 100_000,
      readInto: () => {
        throw new Error('gone');
      },
    };
    expect(() => volume.write('/LOCKED', broken)).toThrow('gone');
    expect(read(volume, '/LOCKED')).toBe('old content');
    expect((device.bytes[entryPosition(device, 'LOCKED') + 11] ?? 0) & 1).toBe(1);
    expect(fatFaults(device, directory)).toEqual([]);
  });

  test('a device that fails is told by its own error', async () => {
    const device = await formatFat(format);
    const failure = new PiImageError('output.no-space', 'the disk of the build machine is full');
    let writesLeft = Number.POSITIVE_INFINITY;
    const volume = await openFat(
      {
        ...device,
        writeFrom(source, position) {
          if (writesLeft-- <= 0) throw failure;
          device.writeFrom(source, position);
        },
      },
      { now },
    );
    for (let writes = 0; writes < 4; writes++) {
      writesLeft = writes;
      expect(() => volume.write(`/file ${writes}`, bytesSource(new Uint8Array(10_000)))).toThrow(failure);
    }
  });

  test('paths that FAT would change are not found, and not made', async () => {
    const volume = await openFat(await formatFat(format), { now });
    volume.write('/ssh', text('x'));
    for (const name of ['ssh.', 'ssh ', 'ssh..', '0:ssh', 'ss?']) {
      expect(volume.stat(`/${name}`)).toBeUndefined();
      expect(() => volume.open(`/${name}`)).toThrow(expect.objectContaining({ code: 'image.not-found' }));
      expect(() => volume.write(`/${name}`, text(''))).toThrow(
        expect.objectContaining({ code: 'image.name' }),
      );
    }
    expect(volume.list('/')).toHaveLength(1);
  });

  test('a directory cannot move into itself under another name of it', async () => {
    const volume = await openFat(await formatFat(format), { now });
    volume.makeDirectory('/a directory');
    expect(() => volume.rename('/a directory', '/A DIRECTORY/below')).toThrow(
      expect.objectContaining({ code: 'image.loop' }),
    );
    expect(() => volume.rename('/a directory', '/ADIREC~1/below')).toThrow(
      expect.objectContaining({ code: 'image.loop' }),
    );
  });

  test('a disk filled to the last cluster, and one byte more', async () => {
    const device = await formatFat(format);
    const volume = await openFat(device, { now });
    volume.write('/ssh', text('x'));
    const { free, unit } = volume.space();
    expect(() => volume.write('/full', { size: free + 1, readInto: (to) => void to.fill(1) })).toThrow(
      expect.objectContaining({ code: 'image.no-space', message: expect.stringContaining(`${free} bytes`) }),
    );
    volume.write('/full', { size: free, readInto: (to) => void to.fill(1) });
    expect(volume.space().free).toBe(0);
    expect(() => volume.makeDirectory('/dir')).toThrow(expect.objectContaining({ code: 'image.no-space' }));
    expect(() => volume.write('/more', text('x'))).toThrow(
      expect.objectContaining({ code: 'image.no-space' }),
    );
    volume.write('/ssh', text('y'.repeat(unit)));
    expect(read(volume, '/ssh')).toBe('y'.repeat(unit));
    expect(fatFaults(device, directory)).toEqual([]);
  });
});

test.each(['fat12', 'fat16'] as const)('the full root directory of %s is told', async (format) => {
  const device = await formatFat(format);
  const volume = await openFat(device, { now });
  expect(() => {
    for (let i = 0; i < 513; i++) volume.write(`/f${i}`, text(''));
  }).toThrow(expect.objectContaining({ code: 'image.no-space', message: expect.stringContaining('/f512') }));
  expect(volume.list('/')).toHaveLength(512);
  expect(fatFaults(device, directory)).toEqual([]);
});

test('the root directory of FAT32 grows', async () => {
  const device = await formatFat('fat32');
  const volume = await openFat(device, { now });
  for (let i = 0; i < 600; i++) volume.write(`/a name that is long ${i}`, text(''));
  expect(volume.list('/')).toHaveLength(600);
  expect(fatFaults(device, directory)).toEqual([]);
});

test('a free count that was wrong before is right after the first change', async () => {
  const device = await formatFat('fat32');
  const { fsInfoSector } = parseBpb(device.bytes.subarray(0, 512), device.size);
  new DataView(device.bytes.buffer).setUint32(fsInfoSector * 512 + 488, 12_345, true);
  expect(fatFaults(device, directory)).not.toEqual([]);
  const volume = await openFat(device, { now });
  expect(volume.space().free).toBeGreaterThan(30 * 1024 * 1024);
  volume.write('/ssh', text(''));
  volume.remove('/ssh');
  expect(fatFaults(device, directory)).toEqual([]);
});

test('the label is that of the root directory', async () => {
  const device = await formatFat('fat32');
  expect((await openFat(device, { now })).label).toBe('');
  const { dataStart } = parseBpb(device.bytes.subarray(0, 512), device.size);
  device.bytes.set([...Buffer.from('boot       '), 0x08], dataStart * 512);
  const volume = await openFat(device, { now });
  expect(volume.label).toBe('boot');
  volume.write('/ssh', text(''));
  expect(volume.list('/')).toEqual([{ name: 'ssh', kind: 'file' }]);
  expect((await openFat(device, { now })).label).toBe('boot');
});

test('a size that no file on the volume can have is not believed', async () => {
  const device = await formatFat('fat12');
  (await openFat(device, { now })).write('/HUGE', text('x'));
  new DataView(device.bytes.buffer).setUint32(entryPosition(device, 'HUGE') + 28, 0xfffffff0, true);
  const volume = await openFat(device, { now });
  expect(() => volume.open('/HUGE')).toThrow(expect.objectContaining({ code: 'image.damaged' }));
});

describe.skipIf(!hasTool('mtools'))('mtools agrees (skipped where it is not installed)', () => {
  test.each(formats)('%s', async (format) => {
    const device = await formatFat(format);
    const volume = await openFat(device, { now });
    volume.write('/ssh', text(''));
    volume.makeDirectory('/overlays');
    volume.write('/overlays/vc4-kms-v3d-pi4.dtbo', text('overlay'));
    volume.write('/Ünïcödé name.txt', text('unicode'));
    const file = path.join(directory, `${format}.img`);
    fs.writeFileSync(file, device.bytes);
    const listing = judge('mdir', ['-i', file, '-b', '-/', '::'])?.output ?? '';
    expect(listing.split('\n').slice(0, 2)).toEqual(['::/ssh', '::/overlays/']);
    expect(judge('mtype', ['-i', file, '::/overlays/vc4-kms-v3d-pi4.dtbo'])?.output).toBe('overlay');
    expect(judge('mdir', ['-i', file, '::'])?.output).toContain('2026-01-02   3:04');
  });
});

describe.skipIf(!hasTool('mkfs.vfat'))('a volume of mkfs.vfat (skipped where it is not installed)', () => {
  test("the layout of Raspbian's boot partition", async () => {
    const file = path.join(directory, 'mkfs.img');
    fs.writeFileSync(file, '');
    fs.truncateSync(file, 140 * 1024 * 1024);
    judge('mkfs.vfat', ['-F', '32', '-s', '4', '-n', 'boot', '-i', '4BBD3CE7', file]);
    const device = memoryDevice(fs.readFileSync(file));
    const volume = await openFat(device, { now });
    expect(volume).toMatchObject({ format: 'fat32', label: 'boot' });
    volume.write('/ssh', text(''));
    volume.write('/cmdline.txt', text('console=tty1 root=PARTUUID=6c586e13-02\n'));
    expect(fatFaults(device, directory)).toEqual([]);
  });
});

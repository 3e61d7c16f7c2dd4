import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { openExt4 } from '../../src/image/ext4/volume.ts';
import { openFat } from '../../src/image/fat/volume.ts';
import { readPartitionTable } from '../../src/image/partitions/partition-table.ts';
import { bytesSource } from '../../src/model/content.ts';
import { fatFaults } from '../fixtures/check-fat.ts';
import { rawDemo } from '../fixtures/demo.ts';
import { formatFat } from '../fixtures/format-fat.ts';
import { type MemoryDevice, memoryDevice } from '../fixtures/memory-device.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

/*
 * docs/rationale.md says why the packages `ext2fs` and `fatfs` are not used. Each test here shows that the stock package
 * still fails and that our engine does not. When one fails because the package was mended, that page is to be corrected.
 */
const directory = temporaryDirectory();
const now = () => new Date('2026-01-02T03:04:05Z');
const content = bytesSource(Buffer.from('content'));
const run = promisify(execFile);
const script = path.join(import.meta.dirname, '../fixtures/stock-ext2fs.mjs');

describe('ext2fs', () => {
  let root: Buffer;
  beforeAll(async () => {
    const demo = await rawDemo();
    const partition = readPartitionTable(memoryDevice(demo)).partitions.at(-1)!;
    root = demo.subarray(partition.offset, partition.offset + partition.size);
  });

  const stock = async (scenario: string, image: Uint8Array = root) => {
    const file = path.join(directory, `${scenario}.img`);
    writeFileSync(file, image);
    const { stdout } = await run(process.execPath, [script, file, scenario]);
    return { result: JSON.parse(stdout), image: readFileSync(file) };
  };
  const open = (bytes: Uint8Array) => openExt4(memoryDevice(Buffer.from(bytes)), { now });

  test('makes a second entry when it writes to a dangling link; here that is refused', async () => {
    expect((await stock('writeThroughDanglingLink')).result).toEqual(['dangling', 'dangling']);
    const volume = open(root);
    volume.makeLink('/dangling', '/nowhere');
    expect(() => volume.write('/dangling', content)).toThrow(
      expect.objectContaining({ code: 'image.not-supported' }),
    );
    expect(volume.list('/').filter(({ name }) => name === 'dangling')).toHaveLength(1);
  });

  test('ignores the mode of a new file; here it is kept', async () => {
    const { result, image } = await stock('createWithMode');
    expect(result).not.toBe(0o700);
    expect(open(image).stat('/script')?.mode).not.toBe(0o700);
    const volume = open(root);
    volume.write('/script', content, { mode: 0o700 });
    expect(volume.stat('/script')?.mode).toBe(0o700);
  });

  test('aborts after some 900 listings; here there is no end', async () => {
    const failure = await stock('listOften').catch((error: { code: number; stderr: string }) => error);
    expect(failure).toMatchObject({ stderr: expect.stringMatching(/OOM|abort/i) });
    const reached = 'stderr' in failure ? Number(/^(?:\d+\n)*(\d+)\n/.exec(failure.stderr)?.[1]) : Infinity;
    expect(reached).toBeLessThan(1000);
    const volume = open(root);
    for (let count = 0; count < 1500; count++) expect(volume.list('/').length).toBeGreaterThan(1);
  });

  test('writes below a journal that needs recovery; here that is refused', async () => {
    const unclean = Buffer.from(root);
    const incompatible = 1024 + 96;
    unclean.writeUInt32LE(unclean.readUInt32LE(incompatible) | 4, incompatible);
    expect((await stock('write', unclean)).result).toBe('written');
    expect(() => open(unclean)).toThrow(expect.objectContaining({ code: 'image.not-clean' }));
  });
});

/** What is used of `fatfs`, which has no types. */
interface Fatfs {
  createFileSystem(driver: object): {
    writeFile(file: string, content: Uint8Array, done: (error: unknown) => void): void;
    unlink?: unknown;
    rename?: unknown;
  };
}

describe('fatfs', () => {
  const { createFileSystem } = createRequire(import.meta.url)('fatfs') as Fatfs;
  const settle = (act: (done: (error: unknown) => void) => void) =>
    new Promise<void>((resolve, reject) => {
      act((error) => (error ? reject(error) : resolve()));
    });
  const driver = (device: MemoryDevice) => ({
    sectorSize: 512,
    numSectors: device.size / 512,
    readSectors(sector: number, target: Buffer, done: (error: unknown, target: Buffer) => void) {
      device.readInto(target, sector * 512);
      setImmediate(done, null, target);
    },
    writeSectors(sector: number, source: Buffer, done: (error: unknown) => void) {
      device.writeFrom(source, sector * 512);
      setImmediate(done, null);
    },
  });

  const prepared = async () => {
    const device = await formatFat('fat32');
    const volume = await openFat(device, { now });
    volume.write('/config.txt', bytesSource(Buffer.alloc(700, 'old ')));
    return device;
  };

  test('keeps neither the second table nor the count of free clusters; here both are right', async () => {
    const device = await prepared();
    const files = createFileSystem(driver(device));
    await settle((done) => files.writeFile('/cmdline.txt', Buffer.alloc(3000, 'x'), done));
    const faults = fatFaults(device, directory).join('\n');
    expect(faults).toMatch(/table 1 differs/);
    expect(faults).toMatch(/clusters are free, not/);
    const own = await prepared();
    const volume = await openFat(own, { now });
    volume.write('/cmdline.txt', bytesSource(Buffer.alloc(3000, 'x')));
    expect(fatFaults(own, directory)).toEqual([]);
  });

  test('leaves the chain of a file that gets shorter without an end; here it ends', async () => {
    const device = await prepared();
    const files = createFileSystem(driver(device));
    await settle((done) => files.writeFile('/config.txt', Buffer.alloc(100, 'new '), done));
    expect(fatFaults(device, directory).join('\n')).toMatch(/CONFIG *TXT runs into cluster 268435200/);
    const own = await prepared();
    const volume = await openFat(own, { now });
    volume.write('/config.txt', bytesSource(Buffer.alloc(100, 'new ')));
    const bytes = Buffer.alloc(100);
    volume.open('/config.txt').readInto(bytes, 0);
    expect(bytes.equals(Buffer.alloc(100, 'new '))).toBe(true);
    expect(fatFaults(own, directory)).toEqual([]);
  });

  test('cannot remove or rename; here both are done', async () => {
    const files = createFileSystem(driver(await prepared()));
    expect([typeof files.unlink, typeof files.rename]).toEqual(['undefined', 'undefined']);
    const volume = await openFat(await prepared(), { now });
    volume.rename('/config.txt', '/config.old');
    volume.remove('/config.old');
    expect(volume.list('/')).toEqual([]);
  });
});

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { demoArchive, rawDemo } from '../fixtures/demo.ts';

const rootOffset = (image: Buffer): number => image.readUInt32LE(446 + 16 + 8) * 512;

/** Each way an image can be wrong, by the name of the file it is in. */
const recipes: Readonly<Record<string, (folder: string) => Promise<Buffer | undefined>>> = {
  'empty.img': async () => Buffer.alloc(0),
  'page.img': async () => Buffer.from(`<!DOCTYPE html><title>404</title>${' '.repeat(4096)}`),
  'noise.img': async () => Buffer.alloc(1 << 20, createHash('sha512').update('noise').digest()),
  'cut.img': async () => (await rawDemo()).subarray(0, 8 << 20),
  'cut.img.xz': async () => (await demoArchive()).subarray(0, -1000),
  'bent.img.xz': async () => bend(await demoArchive()),
  'two.zip': (folder) => zip(folder, 'two.zip', ['a.img', 'b.img']),
  'none.zip': (folder) => zip(folder, 'none.zip', []),
  'cut.zip': async (folder) => (await zip(folder, 'whole.zip', ['a.img'])).subarray(0, -30),
  'journal.img': () =>
    withRoot((image, root) =>
      image.writeUInt32LE(image.readUInt32LE(root + 1024 + 96) | 0x4, root + 1024 + 96),
    ),
  'unclean.img': () => withRoot((image, root) => image.writeUInt16LE(0, root + 1024 + 58)),
  'feature.img': () =>
    withRoot((image, root) =>
      image.writeUInt32LE(image.readUInt32LE(root + 1024 + 96) | 0x10000, root + 1024 + 96),
    ),
  'magic.img': () => withRoot((image, root) => image.writeUInt16LE(0, root + 1024 + 56)),
};

export interface BrokenImages {
  readonly folder: string;
  readonly names: readonly string[];
  remove(): Promise<void>;
}

export async function makeBrokenImages(): Promise<BrokenImages> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pi-image-broken-'));
  for (const [name, recipe] of Object.entries(recipes)) {
    const content = await recipe(folder);
    if (content) await writeFile(path.join(folder, name), content);
  }
  return { folder, names: Object.keys(recipes), remove: () => rm(folder, { recursive: true, force: true }) };
}

/** The demo with one change to its root file system's superblock. */
async function withRoot(change: (image: Buffer, root: number) => void): Promise<Buffer> {
  const image = Buffer.from(await rawDemo());
  change(image, rootOffset(image));
  return image;
}

function bend(archive: Buffer): Buffer {
  const copy = Buffer.from(archive);
  const middle = Math.floor(copy.length / 2);
  for (let at = middle; at < middle + 64; at++) copy[at] = (copy[at] ?? 0) ^ 0x5a;
  return copy;
}

/** Made by Python, so that archives of somebody else's making are tested. */
async function zip(folder: string, name: string, entries: readonly string[]): Promise<Buffer> {
  const program =
    'import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as z:\n  [z.writestr(n, b"x" * 1000000) for n in sys.argv[2:]]\n';
  const file = path.join(folder, name);
  await promisify(execFile)('python3', ['-c', program, file, ...entries]);
  return readFile(file);
}

/*
 * Makes images/demo/demo.img.xz, a small image in the shape of Raspbian Buster with desktop, and images/demo.json.
 *
 *   npx tsx scripts/make-demo-image.ts [FOLDER]     FOLDER instead of images/, to compare
 *
 * The same tools give the same bytes, whenever and wherever it runs.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { busterBoot, busterRoot } from './demo-image/buster.ts';
import { assembleDisk, diskId, layout } from './demo-image/disk-image.ts';
import { makeExt4 } from './demo-image/ext4-image.ts';
import { makeFat } from './demo-image/fat-image.ts';
import { checkTools, run } from './demo-image/tools.ts';

const largestArchive = 400_000;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function makeDemoImage(images: string, workFolder: string): string {
  const inside = (name: string): string => path.join(workFolder, name);
  const content = { desktop: true, diskId };
  const partitions = { boot: inside('boot.fat'), root: inside('root.ext4') };
  makeFat(partitions.boot, layout.boot.size, busterBoot(content), workFolder);
  makeExt4(partitions.root, layout.root.size, busterRoot(content), workFolder);
  assembleDisk(inside('demo.img'), partitions);
  run('xz', ['-9', '-e', '-T1', '--check=crc64', '--block-size=8MiB', inside('demo.img'), '--keep']);

  const raw = fs.readFileSync(inside('demo.img'));
  const archive = fs.readFileSync(inside('demo.img.xz'));
  if (archive.length > largestArchive) throw new Error(`the archive has ${archive.length} bytes, too many`);
  fs.mkdirSync(path.join(images, 'demo'), { recursive: true });
  fs.writeFileSync(path.join(images, 'demo', 'demo.img.xz'), archive);
  writeEntry(path.join(images, 'demo.json'), archive, raw);
  return `demo.img.xz: ${archive.length} bytes, sha256 ${sha256(archive)}\ndemo.img: ${raw.length} bytes, sha256 ${sha256(raw)}`;
}

function writeEntry(file: string, archive: Uint8Array, raw: Uint8Array): void {
  const entry = {
    name: 'demo',
    title: 'Demonstration image in the shape of Raspbian Buster with desktop (does not boot)',
    codename: 'buster',
    variant: 'desktop',
    arch: 'armhf',
    path: 'demo/demo.img.xz',
    archive: { size: archive.length, sha256: sha256(archive) },
    image: { size: raw.length, sha256: sha256(raw) },
  };
  fs.writeFileSync(file, `${JSON.stringify(entry, null, 2)}\n`);
}

checkTools();
const workFolder = fs.mkdtempSync(path.join(os.tmpdir(), 'pi-image-demo-'));
try {
  console.log(makeDemoImage(process.argv[2] ?? path.join(import.meta.dirname, '../images'), workFolder));
} finally {
  fs.rmSync(workFolder, { recursive: true, force: true });
}

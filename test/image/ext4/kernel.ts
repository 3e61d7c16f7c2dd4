import { spawnSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { decodeName, encodeName } from '../../../src/image/ext4/name.ts';
import type { EntryKind } from '../../../src/model/volume.ts';
import type { Workplace } from './e2fsprogs.ts';
import type { Model } from './model.ts';

/** Whether this process may mount images, and so have the kernel judge what is in them. */
export function canMount(place: Workplace): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const bytes = place.make({ size: 8 * 1024 ** 2, features: 'metadata_csum' })!;
  return mounted(place, bytes, () => true) ?? false;
}

/** What the kernel sees otherwise than the model, or undefined where it does not mount such a file system. */
export function kernelDifferences(place: Workplace, bytes: Uint8Array, model: Model): string[] | undefined {
  return mounted(place, bytes, (point) => differencesIn(point, model));
}

function mounted<T>(place: Workplace, bytes: Uint8Array, use: (point: string) => T): T | undefined {
  const file = place.file('mounted.img');
  const point = place.file('mount-point');
  writeFileSync(file, bytes);
  mkdirSync(point);
  try {
    if (spawnSync('mount', ['-o', 'loop,ro', file, point]).status !== 0) return undefined;
    try {
      return use(point);
    } finally {
      spawnSync('umount', [point]);
    }
  } finally {
    rmdirSync(point);
  }
}

function differencesIn(point: string, { nodes }: Model): string[] {
  const found: string[] = [];
  const expect = (path: string, what: string, is: unknown, should: unknown): void => {
    if (is !== should) found.push(`${JSON.stringify(path)}: to the kernel, ${what} is ${is}, not ${should}`);
  };
  const paths = [...walk(Buffer.from(point), '')];
  expect('', 'number of entries', paths.length, nodes.size - 1);
  for (const path of paths) {
    const should = nodes.get(path);
    const here = Buffer.concat([Buffer.from(point), encodeName(path)]);
    const entry = lstatSync(here);
    const kind = kindOf(entry);
    expect(path, 'kind', kind, should?.kind);
    if (should === undefined) continue;
    expect(path, 'mode', entry.mode & 0o7777, should.mode);
    expect(path, 'owner', `${entry.uid}:${entry.gid}`, `${should.uid}:${should.gid}`);
    if (kind !== 'directory') expect(path, 'links', entry.nlink, should.links);
    if (kind === 'link')
      expect(path, 'target', decodeName(readlinkSync(here, { encoding: 'buffer' })), should.target);
    if (kind === 'file')
      expect(path, 'content is the same', Buffer.compare(readFileSync(here), should.content), 0);
  }
  return found;
}

function* walk(folder: Buffer, above: string): Generator<string> {
  for (const entry of readdirSync(folder, { encoding: 'buffer', withFileTypes: true })) {
    const name = entry.name as unknown as Buffer;
    const path = `${above}/${decodeName(name)}`;
    if (path === '/lost+found') continue;
    yield path;
    if (entry.isDirectory()) yield* walk(Buffer.concat([folder, Buffer.from('/'), name]), path);
  }
}

function kindOf(entry: ReturnType<typeof lstatSync>): EntryKind {
  if (entry?.isFile()) return 'file';
  if (entry?.isDirectory()) return 'directory';
  return entry?.isSymbolicLink() ? 'link' : 'other';
}

import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { PiImageError } from '../model/errors.ts';
import { recall, remember } from './cache/known.ts';
import type { CacheLayout } from './cache/layout.ts';
import { type FileChunksOptions, fileChunks } from './file-chunks.ts';

/** Milliseconds after which a file's times tell every further change, on the coarsest clocks of file systems. */
const settled = 2000;

/** The SHA-256 of a file, hex. */
export async function hashFile(path: string, options: FileChunksOptions): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of fileChunks(path, options)) hash.update(chunk);
  return hash.digest('hex');
}

/** A file in one state: its digest is remembered for as long as nothing about it changes. */
export class KnownFile {
  readonly #cache: CacheLayout;
  readonly #identity: string;
  readonly #changed: number;

  private constructor(cache: CacheLayout, identity: string, changed: number) {
    this.#cache = cache;
    this.#identity = identity;
    this.#changed = changed;
  }

  /** `path` is absolute. The time of the last change of its inode is part of it, which no ordinary tool can set back. */
  static async of(cache: CacheLayout, path: string): Promise<KnownFile> {
    const { dev, ino, size, mtimeNs, ctimeNs, mtimeMs, ctimeMs } = await stat(path, { bigint: true });
    const changed = Math.max(Number(mtimeMs), Number(ctimeMs));
    return new KnownFile(cache, ['file', path, dev, ino, size, mtimeNs, ctimeNs].join(' '), changed);
  }

  /** Names this state in lock files. */
  get name(): string {
    return `file-${createHash('sha256').update(this.#identity).digest('hex')}`;
  }

  async digest(): Promise<string | undefined> {
    return (await recall(this.#cache, this.#identity))?.sha256;
  }

  /** Does nothing for a file that changed a moment ago: it might change again within one tick of the clock. */
  async remember(sha256: string): Promise<void> {
    if (Date.now() - this.#changed < settled) return;
    // Only time is lost without it, and the cache may be one that can only be read.
    await remember(this.#cache, this.#identity, sha256).catch(() => {});
  }
}

/** `source.checksum` unless the digests are the same. */
export function checkDigest(subject: string, actual: string, expected: string, help: string): void {
  if (actual === expected) return;
  throw new PiImageError(
    'source.checksum',
    `${subject} is not what it should be: its SHA-256 is ${actual}, not ${expected}`,
    { help },
  );
}

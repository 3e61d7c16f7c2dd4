import type { ByteSource } from '../../model/content.ts';
import { PiImageError } from '../../model/errors.ts';
import type { ReadableTree } from '../../model/tree.ts';

const mebibyte = 1024 * 1024;

/** The text of a file of the image, at most its first MiB: what a configuration file needs, whatever size it claims. */
export function boundedText(tree: ReadableTree, path: string, limit = mebibyte): string | undefined {
  return boundedBytes(tree, path, limit)
    ?.toString('utf8')
    .replace(/^\uFEFF/, '');
}

/** The first bytes of a file of the image, at most `limit`. */
export function boundedBytes(tree: ReadableTree, path: string, limit: number): Buffer | undefined {
  const source = openFile(tree, path);
  if (source === undefined) return undefined;
  const bytes = Buffer.alloc(Math.min(source.size, limit));
  source.readInto(bytes, 0);
  return bytes;
}

/** A regular file, links followed; undefined for anything else. */
export function openFile(tree: ReadableTree, path: string): ByteSource | undefined {
  return tolerant(() => (tree.stat(path)?.kind === 'file' ? tree.open(path) : undefined));
}

/** Whether something is there, links followed. */
export function isPresent(tree: ReadableTree, path: string): boolean {
  return tolerant(() => tree.stat(path)) !== undefined;
}

/** Names in a directory; none when it is not there. */
export function namesIn(tree: ReadableTree, path: string): readonly string[] {
  const isDirectory = tolerant(() => tree.stat(path))?.kind === 'directory';
  return isDirectory ? tree.list(path).map(({ name }) => name) : [];
}

/** Links that lead in circles are as good as missing; damage is not. */
function tolerant<T>(look: () => T | undefined): T | undefined {
  try {
    return look();
  } catch (error) {
    if (PiImageError.is(error) && error.code === 'image.loop') return undefined;
    throw error;
  }
}

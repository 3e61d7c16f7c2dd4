import { boundedText, namesIn, openFile } from '../image/facts/bounded-text.ts';
import { PiImageError } from '../model/errors.ts';
import type { ReadableTree } from '../model/tree.ts';
import type { Entry } from '../model/volume.ts';

export { boundedBytes, boundedText, isPresent, namesIn } from '../image/facts/bounded-text.ts';

export interface Line {
  /** From 1. */
  readonly number: number;
  /** Without its end. */
  readonly text: string;
}

/** No setting is longer, and patterns stay quick on lines that an image made long to be nasty. */
const longestLine = 4096;

export function numberedLines(text: string): readonly Line[] {
  return text.split(/\r?\n/).map((line, index) => ({ number: index + 1, text: line.slice(0, longestLine) }));
}

/** Lines of a text file; none when it is not there. */
export function linesIn(tree: ReadableTree, path: string): readonly Line[] {
  return numberedLines(boundedText(tree, path) ?? '');
}

/** The first line that matches. */
export function findLine(tree: ReadableTree, path: string, pattern: RegExp): Line | undefined {
  return linesIn(tree, path).find(({ text }) => pattern.test(text));
}

/** Lines of a configuration file that say something, `#` comments left out. */
export function activeLines(tree: ReadableTree, path: string): readonly Line[] {
  return linesIn(tree, path).filter(({ text }) => !/^\s*(#|$)/.test(text));
}

/** A regular file with something in it, links followed. */
export function isFilled(tree: ReadableTree, path: string): boolean {
  return (openFile(tree, path)?.size ?? 0) > 0;
}

/** The entry itself, links not followed; loops on the way are as good as missing. */
export function entryAt(tree: ReadableTree, path: string): Entry | undefined {
  try {
    return tree.lstat(path);
  } catch (error) {
    if (PiImageError.is(error) && error.code === 'image.loop') return undefined;
    throw error;
  }
}

/** Absolute paths in a directory, sorted, of the names that match. */
export function pathsIn(tree: ReadableTree, directory: string, pattern = /^/): readonly string[] {
  return namesIn(tree, directory)
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => `${directory}/${name}`);
}

/** Deeper than anything in /etc; a damaged directory must not keep us for ever. */
const deepest = 16;

/** Everything below a directory but links, with its entry. */
export function* entriesBelow(
  tree: ReadableTree,
  directory: string,
  depth = deepest,
): Generator<readonly [path: string, entry: Entry]> {
  if (depth === 0 || entryAt(tree, directory)?.kind !== 'directory') return;
  for (const entry of tree.scan(directory).toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.kind === 'link') continue;
    const path = `${directory}/${entry.name}`;
    yield [path, entry];
    if (entry.kind === 'directory') yield* entriesBelow(tree, path, depth - 1);
  }
}

/** An octal mode as `ls` and `chmod` have it: `0644`. */
export function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

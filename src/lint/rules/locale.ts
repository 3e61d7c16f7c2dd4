import { openFile } from '../../image/facts/bounded-text.ts';
import type { ReadableTree } from '../../model/tree.ts';
import { activeLines, entryAt, namesIn } from '../files.ts';
import type { Rule } from '../rule.ts';

const settings = ['/etc/default/locale', '/etc/locale.conf'];
const archive = '/usr/lib/locale/locale-archive';

export const locale: Rule = {
  id: 'locale',
  level: 'warning',
  summary: 'a language that was never generated',
  why: 'perl, apt and many scripts complain at each start, and sort and print in the C locale all the same.',
  fix: 'name the locale in /etc/locale.gen and run locale-gen on the Pi, or set LANG=C.UTF-8; `locale:` of pi-image does both in order',
  check: ({ tree }) =>
    settings.flatMap((path) => {
      const line = activeLines(tree, path).findLast(({ text }) => /^\s*(?:export\s+)?LANG=/.test(text));
      const name = /LANG=["']?([^"'\s]*)/.exec(line?.text ?? '')?.[1] ?? '';
      if (line === undefined || isBuiltIn(name) || isGenerated(tree, name)) return [];
      return [{ path, line: line.number, message: `LANG is ${name}, which the image does not have` }];
    }),
};

const isBuiltIn = (name: string): boolean => /^(?:|C|POSIX|C\.utf-?8)$/i.test(name);

/** In the archive or a folder of its own; without either, what locale.gen says is all that is known. */
function isGenerated(tree: ReadableTree, name: string): boolean {
  const wanted = normal(name);
  if (namesIn(tree, '/usr/lib/locale').some((one) => normal(one) === wanted)) return true;
  if (entryAt(tree, archive)?.kind === 'file') return archiveHolds(tree, wanted);
  return activeLines(tree, '/etc/locale.gen').some(
    ({ text }) => normal(text.trim().split(/\s+/)[0] ?? '') === wanted,
  );
}

/** glibc writes the code set of its locales in small letters and without hyphen. */
function normal(name: string): string {
  return name.replace(/\.([^@]*)/, (_, codeset: string) => `.${codeset.toLowerCase().replaceAll('-', '')}`);
}

const pieceSize = 1024 * 1024;
const most = 512 * pieceSize;

/** The archive has the names as C strings in it (glibc, locale/locarchive.h). */
function archiveHolds(tree: ReadableTree, name: string): boolean {
  const source = openFile(tree, archive);
  if (source === undefined) return false;
  const wanted = Buffer.from(`\0${name}\0`);
  const size = Math.min(source.size, most);
  for (let position = 0; position < size; position += pieceSize) {
    const piece = Buffer.alloc(Math.min(pieceSize + wanted.length, size - position));
    source.readInto(piece, position);
    if (piece.includes(wanted)) return true;
  }
  return false;
}

import { lookInto } from '../../build/look-into.ts';
import type { Tree } from '../../model/tree.ts';
import type { Entry } from '../../model/volume.ts';
import { type OpenFlags, openOptions } from '../open-options.ts';
import type { ProgramContext } from '../program.ts';
import { formatMode } from '../ui/format.ts';
import { printable } from '../ui/problem.ts';
import { chooseRenderer } from '../ui/renderer.ts';
import { writeOut } from '../ui/standard-output.ts';
import { notThere } from './cat.ts';

interface LsFlags extends OpenFlags {
  readonly long?: boolean;
  readonly recursive?: boolean;
}

interface Row {
  readonly path: string;
  readonly name: string;
  readonly entry: Entry;
  readonly target?: string;
}

export async function runLs(
  image: string,
  path: string,
  flags: LsFlags,
  { signal }: ProgramContext,
): Promise<void> {
  const renderer = chooseRenderer(flags, process.stderr, process.env);
  using opened = await lookInto({ image, directory: process.cwd() }, openOptions(flags, renderer, signal));
  renderer.close();
  for (const row of rowsAt(opened.image.tree, path, flags.recursive ?? false)) {
    signal.throwIfAborted();
    await writeOut(flags.json ? `${JSON.stringify(asJson(row))}\n` : `${asText(row, flags)}\n`);
  }
}

function* rowsAt(tree: Tree, path: string, recursive: boolean): Generator<Row> {
  const clean = path.replace(/\/+$/, '') || '/';
  const entry = tree.lstat(clean);
  if (!entry) throw notThere(tree, clean);
  const isDirectory = tree.stat(clean)?.kind === 'directory';
  if (!isDirectory) yield rowOf(tree, clean, clean, entry);
  else yield* below(tree, clean, recursive);
}

function* below(tree: Tree, directory: string, recursive: boolean): Generator<Row> {
  const names = tree.list(directory).map(({ name }) => name);
  for (const name of names.sort()) {
    const path = directory === '/' ? `/${name}` : `${directory}/${name}`;
    const entry = tree.lstat(path);
    if (!entry) continue;
    yield rowOf(tree, path, name, entry);
    if (recursive && entry.kind === 'directory') yield* below(tree, path, recursive);
  }
}

function rowOf(tree: Tree, path: string, name: string, entry: Entry): Row {
  return { path, name, entry, ...(entry.kind === 'link' && { target: tree.readLink(path) }) };
}

function asText({ path, name, entry, target }: Row, { long, recursive }: LsFlags): string {
  const shown = printable(recursive ? path : name);
  if (!long) return shown;
  const time = new Date(entry.mtime * 1000).toISOString().slice(0, 16).replace('T', ' ');
  const columns = [
    formatMode(entry.mode, entry.kind),
    `${entry.uid}:${entry.gid}`.padEnd(9),
    String(entry.size).padStart(10),
    time,
    target === undefined ? shown : `${shown} -> ${printable(target)}`,
  ];
  return columns.join(' ');
}

function asJson({ path, entry, target }: Row): Record<string, unknown> {
  const { kind, size, mode, uid, gid, mtime } = entry;
  return {
    path,
    kind,
    size,
    mode: mode.toString(8).padStart(4, '0'),
    uid,
    gid,
    mtime,
    ...(target !== undefined && { target }),
  };
}

import { lookInto } from '../../build/look-into.ts';
import { PiImageError } from '../../model/errors.ts';
import { nearest } from '../../model/nearest.ts';
import type { Tree } from '../../model/tree.ts';
import { type OpenFlags, openOptions } from '../open-options.ts';
import type { ProgramContext } from '../program.ts';
import { chooseRenderer } from '../ui/renderer.ts';
import { writeOut } from '../ui/standard-output.ts';

const pieceSize = 1024 * 1024;

export async function runCat(
  image: string,
  paths: readonly string[],
  flags: OpenFlags,
  { signal }: ProgramContext,
): Promise<void> {
  const renderer = chooseRenderer(flags, process.stderr, process.env);
  using opened = await lookInto({ image, directory: process.cwd() }, openOptions(flags, renderer, signal));
  renderer.close();
  for (const path of paths) await printFile(opened.image.tree, path, flags.json ?? false, signal);
}

async function printFile(tree: Tree, path: string, json: boolean, signal: AbortSignal): Promise<void> {
  const source = tree.open(path);
  if (!source) throw notThere(tree, path);
  if (json) {
    const text = Buffer.from(tree.read(path) ?? []);
    return writeOut(`${JSON.stringify({ path, size: source.size, base64: text.toString('base64') })}\n`);
  }
  for (let position = 0; position < source.size; position += pieceSize) {
    signal.throwIfAborted();
    const piece = new Uint8Array(Math.min(pieceSize, source.size - position));
    source.readInto(piece, position);
    await writeOut(piece);
  }
}

/** A path that the image lacks, with the names beside it that look alike. */
export function notThere(tree: Tree, path: string): PiImageError {
  const parent = path.slice(0, path.lastIndexOf('/')) || '/';
  const isDirectory = tree.stat(parent)?.kind === 'directory';
  const near = isDirectory
    ? nearest(
        path.slice(path.lastIndexOf('/') + 1),
        tree.list(parent).map(({ name }) => name),
      )
    : [];
  return new PiImageError('image.not-found', `the image has no ${path}`, {
    help:
      near.length > 0
        ? `did you mean ${near.join(', ')}?`
        : `look around with \`pi-image ls IMG ${isDirectory ? parent : '/'}\``,
  });
}

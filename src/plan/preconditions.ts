import { type Content, contentSize } from '../model/content.ts';
import type { Edit } from '../model/edit.ts';
import { PiImageError, type Problem } from '../model/errors.ts';
import { nearest } from '../model/nearest.ts';
import type { Plan, Precondition } from '../model/plan.ts';
import type { Tree } from '../model/tree.ts';

/** Checks, before the first edit, that the image has what the plan builds on and room for what it adds. */
export function checkPreconditions(plan: Plan, tree: Tree): void {
  const problems = plan.preconditions
    .filter((wanted) => tree.stat(wanted.path) === undefined)
    .map((wanted) => describe(wanted, tree));
  if (problems.length > 0) {
    const [only] = problems;
    if (problems.length === 1 && only) throw new PiImageError('plan.precondition', only.message, only);
    throw new PiImageError('plan.precondition', 'this image lacks what the plan needs', { problems });
  }
  checkSpace(plan.edits, tree);
}

function describe(wanted: Precondition, tree: Tree): Problem {
  const names = wanted.suggestFrom ? namesBelow(tree, wanted.suggestFrom) : [];
  const asked = wanted.suggestFrom ? wanted.path.slice(wanted.suggestFrom.length + 1) : '';
  const near = nearest(asked, names);
  return { message: wanted.message, ...(near.length > 0 && { help: `did you mean ${near.join(', ')}?` }) };
}

/** Names relative to a directory, two levels deep: enough for `Europe/Berlin`. */
function namesBelow(tree: Tree, path: string, depth = 2): string[] {
  if (tree.stat(path)?.kind !== 'directory') return [];
  return tree.list(path).flatMap(({ name, kind }) => {
    if (kind !== 'directory' || depth === 0) return [name];
    return namesBelow(tree, `${path}/${name}`, depth - 1).map((below) => `${name}/${below}`);
  });
}

/** `image.no-space` unless there is room for all that is written. */
export function checkSpace(edits: readonly Edit[], tree: Tree): void {
  const needed = new Map<string, Room>();
  let full: { readonly entry: Room; readonly path: string } | undefined;
  for (const edit of edits) {
    if (edit.kind !== 'write') continue;
    const space = tree.space(edit.path);
    const key = `${space.size}:${space.free}`;
    const entry = needed.get(key) ?? { bytes: 0, free: space.free };
    entry.bytes += growth(edit.content, tree.stat(edit.path)?.size ?? 0, space.unit);
    needed.set(key, entry);
    if (entry.bytes > entry.free) full ??= { entry, path: edit.path };
  }
  if (full) throw noSpace(full.entry, full.path);
}

function growth(content: Content, before: number, unit: number): number {
  const units = (size: number) => Math.ceil(size / unit);
  return Math.max(0, units(contentSize(content)) - units(before)) * unit;
}

interface Room {
  bytes: number;
  readonly free: number;
}

function noSpace({ bytes, free }: Room, path: string): PiImageError {
  const mib = (size: number) => `${(Math.ceil((size / 2 ** 20) * 10) / 10).toFixed(1)} MiB`;
  return new PiImageError(
    'image.no-space',
    `the image has ${mib(free)} free where ${path} goes, and at least ${mib(bytes)} are to be added: ${mib(bytes - free)} are missing`,
    {
      help: 'add less, or let the Pi fetch large files at its first boot, when its root has grown to the whole card',
    },
  );
}

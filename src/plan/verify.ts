import { createHash } from 'node:crypto';
import type { AppliedEdit } from '../model/applied.ts';
import type { ByteSource } from '../model/content.ts';
import { PiImageError } from '../model/errors.ts';
import type { Tree } from '../model/tree.ts';

const pieceSize = 1024 * 1024;

/** Compares a freshly opened tree with what a plan was to make of it; throws `image.verify` naming every difference. */
export function verifyApplied(applied: readonly AppliedEdit[], tree: Tree): void {
  const problems = applied.flatMap((edit) =>
    differences(edit, tree).map((what) => ({ message: `${edit.path}: ${what}` })),
  );
  if (problems.length === 0) return;
  throw new PiImageError('image.verify', 'the finished image does not hold what was planned', {
    problems,
    help: 'nothing was written under the final name; please report this with the name of the base image',
  });
}

function differences(edit: AppliedEdit, tree: Tree): string[] {
  const entry = edit.target === undefined ? tree.stat(edit.path) : tree.lstat(edit.path);
  if (edit.action === 'moved' && edit.to !== undefined) {
    if (tree.lstat(edit.to) === undefined) return [`was not moved to ${edit.to}`];
    if (edit.kind === 'none') return entry ? ['is still there'] : [];
  }
  if (edit.kind === 'none') return entry ? ['is still there'] : [];
  if (!entry) return ['is missing'];
  const found: string[] = [];
  if (entry.kind !== edit.kind) found.push(`is a ${entry.kind}, not a ${edit.kind}`);
  if (entry.mode !== edit.mode) found.push(`has mode ${octal(entry.mode)}, not ${octal(edit.mode)}`);
  if (entry.uid !== edit.uid || entry.gid !== edit.gid) {
    found.push(`belongs to ${entry.uid}:${entry.gid}, not ${edit.uid}:${edit.gid}`);
  }
  if (found.length > 0) return found;
  if (edit.target !== undefined && tree.readLink(edit.path) !== edit.target) return ['links elsewhere'];
  if (edit.sha256 !== undefined && digestOf(tree.open(edit.path)) !== edit.sha256)
    return ['has other content'];
  return [];
}

function digestOf(source: ByteSource | undefined): string | undefined {
  if (!source) return undefined;
  const hash = createHash('sha256');
  const piece = new Uint8Array(Math.min(pieceSize, source.size));
  for (let position = 0; position < source.size; position += piece.length) {
    const part = piece.subarray(0, Math.min(piece.length, source.size - position));
    source.readInto(part, position);
    hash.update(part);
  }
  return hash.digest('hex');
}

const octal = (mode: number): string => mode.toString(8).padStart(4, '0');

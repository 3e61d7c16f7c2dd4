import { createHash } from 'node:crypto';
import { applyChange } from '../content/change.ts';
import type { AppliedEdit } from '../model/applied.ts';
import { type ByteSource, bytesSource, type Content, isHostFile } from '../model/content.ts';
import type {
  ChangeEdit,
  DirectoryEdit,
  Edit,
  LinkEdit,
  MoveEdit,
  RemoveEdit,
  WriteEdit,
} from '../model/edit.ts';
import { PiImageError } from '../model/errors.ts';
import type { Plan } from '../model/plan.ts';
import type { Tree } from '../model/tree.ts';
import type { FileAttributes } from '../model/volume.ts';
import { ownerResolver, type ResolveOwner } from './owner.ts';
import { Receipts } from './receipts.ts';
import { decodeText } from './text-encoding.ts';

export interface ApplyOptions {
  /** Opens a file of the build machine that the plan names; closed by the caller after the build. */
  readonly openHostFile?: (path: string) => ByteSource;
  readonly onApplied?: (applied: AppliedEdit) => void;
  readonly signal?: AbortSignal;
}

interface Work {
  readonly tree: Tree;
  readonly receipts: Receipts;
  readonly resolveOwner: ResolveOwner;
  readonly openHostFile: (path: string) => ByteSource;
}

/**
 * Carries out a plan on a tree, in order. Returns what came of each path touched, parents made on the way included.
 * Any failure leaves the tree half edited: the caller drops the overlay below it.
 */
export function applyPlan(
  plan: Pick<Plan, 'edits' | 'os' | 'login'>,
  tree: Tree,
  options: ApplyOptions = {},
): readonly AppliedEdit[] {
  const work: Work = {
    tree,
    receipts: new Receipts(),
    resolveOwner: ownerResolver(plan.os, plan.login),
    openHostFile: options.openHostFile ?? refuseHostFiles,
  };
  for (const edit of plan.edits) {
    options.signal?.throwIfAborted();
    applyEdit(edit, work);
  }
  tree.flush();
  const applied = work.receipts.list(tree);
  for (const one of applied) options.onApplied?.(one);
  return applied;
}

function applyEdit(edit: Edit, work: Work): void {
  switch (edit.kind) {
    case 'write':
      return applyWrite(edit, work);
    case 'change':
      return applyTextChange(edit, work);
    case 'link':
      return applyLink(edit, work);
    case 'directory':
      return applyDirectory(edit, work);
    case 'remove':
      return applyRemove(edit, work);
    case 'move':
      return applyMove(edit, work);
  }
}

function applyWrite(edit: WriteEdit, work: Work): void {
  const existed = work.tree.stat(edit.path) !== undefined;
  makeParents(edit, work);
  const { source, digest } = hashing(openContent(edit.content, work));
  work.tree.write(edit.path, source, attributesOf(edit, work));
  work.receipts.file(edit, existed ? 'changed' : 'created', digest());
}

function applyTextChange(edit: ChangeEdit, work: Work): void {
  const bytes = work.tree.read(edit.path);
  if (bytes === undefined && edit.ifMissing === 'skip') return;
  if (bytes === undefined && edit.ifMissing === 'fail') {
    throw new PiImageError(
      'plan.unsuitable',
      `${edit.from} has to change ${edit.path}, which this image does not have`,
      {
        help: 'run `pi-image inspect` on the image to see what it is',
      },
    );
  }
  const text = decodeText(bytes ?? new Uint8Array());
  const after = text.encode(applyChange(text.value, edit.change), edit.path);
  const attributes = attributesOf(edit, work);
  const old = work.tree.stat(edit.path);
  if (bytes !== undefined && Buffer.compare(after, bytes) === 0 && old && hasAttributes(old, attributes)) {
    return work.receipts.unchanged(edit);
  }
  makeParents(edit, work);
  work.tree.write(edit.path, bytesSource(after), attributes);
  work.receipts.file(
    edit,
    bytes === undefined ? 'created' : 'changed',
    createHash('sha256').update(after).digest('hex'),
  );
}

function applyLink(edit: LinkEdit, work: Work): void {
  const old = work.tree.lstat(edit.path);
  if (old?.kind === 'link' && work.tree.readLink(edit.path) === edit.target)
    return work.receipts.unchanged(edit);
  if (old?.kind === 'directory') {
    throw new PiImageError(
      'image.is-a-directory',
      `${edit.from} has to make ${edit.path} a link, but it is a directory`,
    );
  }
  makeParents(edit, work);
  if (old) work.tree.remove(edit.path);
  work.tree.makeLink(edit.path, edit.target);
  work.receipts.link(edit, old ? 'changed' : 'created', edit.target);
}

function applyDirectory(edit: DirectoryEdit, work: Work): void {
  const old = work.tree.stat(edit.path);
  const attributes = attributesOf(edit, work);
  if (old === undefined) {
    makeParents(edit, work);
    work.tree.makeDirectory(edit.path, attributes);
    return work.receipts.directory(edit, 'created');
  }
  if (old.kind !== 'directory') {
    throw new PiImageError(
      'image.not-a-directory',
      `${edit.from} needs a directory at ${edit.path}, where a file is`,
    );
  }
  if (hasAttributes(old, attributes)) return work.receipts.unchanged(edit);
  work.tree.setAttributes(edit.path, attributes);
  work.receipts.directory(edit, 'changed');
}

function applyRemove(edit: RemoveEdit, work: Work): void {
  if (work.tree.lstat(edit.path) === undefined) return;
  work.tree.remove(edit.path);
  work.receipts.removed(edit);
}

function applyMove(edit: MoveEdit, work: Work): void {
  makeParents({ ...edit, path: edit.to }, work);
  work.tree.rename(edit.path, edit.to);
  work.receipts.moved(edit);
}

function makeParents(edit: Edit, work: Work): void {
  const names = edit.path.split('/').slice(1, -1);
  let path = '';
  for (const name of names) {
    path += `/${name}`;
    if (work.tree.stat(path) !== undefined) continue;
    work.tree.makeDirectory(path, { mode: 0o755, uid: 0, gid: 0 });
    work.receipts.directory({ path, from: edit.from }, 'created');
  }
}

function attributesOf(edit: WriteEdit | ChangeEdit | DirectoryEdit, work: Work): FileAttributes {
  const owner = edit.owner && work.resolveOwner(edit.owner, edit.from);
  return { ...(edit.mode !== undefined && { mode: edit.mode }), ...owner };
}

function hasAttributes(entry: FileAttributes, wanted: FileAttributes): boolean {
  return (['mode', 'uid', 'gid'] as const).every(
    (key) => wanted[key] === undefined || entry[key] === wanted[key],
  );
}

function openContent(content: Content, work: Work): ByteSource {
  if (isHostFile(content)) return work.openHostFile(content.hostFile);
  return bytesSource(typeof content === 'string' ? Buffer.from(content) : content);
}

/** Hashes a source while it is written; every writer reads it once, from the start, in order. */
function hashing(source: ByteSource): { source: ByteSource; digest: () => string } {
  const hash = createHash('sha256');
  let next = 0;
  return {
    source: {
      size: source.size,
      readInto(target, position) {
        source.readInto(target, position);
        if (position + target.length <= next) return;
        hash.update(target.subarray(next - position));
        next = position + target.length;
      },
    },
    digest: () => hash.digest('hex'),
  };
}

function refuseHostFiles(path: string): never {
  throw new Error(`no way to read ${path} was given`);
}

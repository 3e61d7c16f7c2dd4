import type { AppliedEdit } from '../model/applied.ts';
import type { MoveEdit } from '../model/edit.ts';
import type { Tree } from '../model/tree.ts';

interface Asker {
  readonly path: string;
  readonly from: string;
  readonly sensitive?: true;
}

interface Receipt {
  readonly from: string[];
  action: AppliedEdit['action'];
  sha256?: string;
  target?: string;
  to?: string;
  sensitive?: true;
}

/** Keeps, for each path, what the edits so far have made of it; the last word on a path counts. */
export class Receipts {
  readonly #byPath = new Map<string, Receipt>();

  file(edit: Asker, action: 'created' | 'changed', sha256: string): void {
    const receipt = this.#touch(edit, action);
    receipt.sha256 = sha256;
    delete receipt.target;
  }

  link(edit: Asker, action: 'created' | 'changed', target: string): void {
    const receipt = this.#touch(edit, action);
    receipt.target = target;
    delete receipt.sha256;
  }

  directory(edit: Asker, action: 'created' | 'changed'): void {
    this.#touch(edit, action);
  }

  unchanged(edit: Asker): void {
    this.#touch(edit, 'unchanged');
  }

  removed(edit: Asker): void {
    const receipt = this.#touch(edit, 'removed');
    delete receipt.sha256;
    delete receipt.target;
  }

  moved(edit: MoveEdit): void {
    this.#touch(edit, 'moved').to = edit.to;
  }

  /** With mode, owner and size as they now are in the tree. */
  list(tree: Tree): readonly AppliedEdit[] {
    return [...this.#byPath].map(([path, receipt]) => {
      const entry = receipt.target === undefined ? tree.stat(path) : tree.lstat(path);
      const { size = 0, mode = 0, uid = 0, gid = 0, kind = 'none' } = entry ?? {};
      return { path, ...receipt, kind, size: kind === 'directory' ? 0 : size, mode, uid, gid };
    });
  }

  #touch(edit: Asker, action: AppliedEdit['action']): Receipt {
    const old = this.#byPath.get(edit.path);
    const receipt: Receipt = old ?? { from: [], action };
    receipt.action = combine(old?.action, action);
    if (!receipt.from.includes(edit.from)) receipt.from.push(edit.from);
    if (edit.sensitive) receipt.sensitive = true;
    this.#byPath.set(edit.path, receipt);
    return receipt;
  }
}

/** What two actions on one path amount to, seen from the untouched image. */
function combine(
  first: AppliedEdit['action'] | undefined,
  second: AppliedEdit['action'],
): AppliedEdit['action'] {
  if (first === undefined) return second;
  if (second === 'unchanged') return first;
  if (first === 'created' && second === 'changed') return 'created';
  if (first === 'removed' && second === 'created') return 'changed';
  return second;
}

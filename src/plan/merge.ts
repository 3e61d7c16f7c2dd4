import { isDeepStrictEqual } from 'node:util';
import type { Edit } from '../model/edit.ts';
import { PiImageError } from '../model/errors.ts';
import type { Advice } from '../model/plan.ts';

/** The customization whose edits are the user's own and win over what others derive from settings. */
const usersOwn = 'files';

interface Merged {
  readonly edits: readonly Edit[];
  readonly advice: readonly Advice[];
}

/**
 * Makes one list of what all customizations ask for: what is asked twice is done once, the user's own files win,
 * and two customizations that want different things of one path are a `plan.conflict`.
 */
export function mergeEdits(edits: readonly Edit[]): Merged {
  const own = new Set(
    edits.filter((edit) => edit.from === usersOwn && edit.kind === 'write').map(({ path }) => path),
  );
  const isReplaced = (edit: Edit) => own.has(edit.path) && edit.from !== usersOwn;
  const merged: Edit[] = [];
  const byPath = new Map<string, Edit[]>();
  for (const edit of edits.filter((one) => !isReplaced(one))) {
    const others = byPath.get(edit.path) ?? [];
    if (others.some((other) => sameWish(other, edit))) continue;
    const rival = others.find((other) => contradicts(other, edit));
    if (rival) throw conflict(rival, edit);
    merged.push(edit);
    byPath.set(edit.path, [...others, edit]);
  }
  return { edits: merged, advice: edits.filter(isReplaced).map(replacedAdvice) };
}

function sameWish(a: Edit, b: Edit): boolean {
  return isDeepStrictEqual({ ...a, from: '' }, { ...b, from: '' });
}

/**
 * Text changes add up, a file may be written by one customization and changed by the next, and what one says of a
 * directory may complete what the other says; the rest must agree.
 */
function contradicts(first: Edit, second: Edit): boolean {
  if (first.kind === 'directory' && second.kind === 'directory') {
    return differ(first.mode, second.mode) || differ(first.owner, second.owner);
  }
  if (second.kind !== 'change') return true;
  return first.kind === 'link' || first.kind === 'directory' || first.kind === 'remove';
}

function differ(a: unknown, b: unknown): boolean {
  return a !== undefined && b !== undefined && !isDeepStrictEqual(a, b);
}

function conflict(first: Edit, second: Edit): PiImageError {
  const wish = (edit: Edit) => `${edit.from} (${edit.kind})`;
  return new PiImageError(
    'plan.conflict',
    `${wish(first)} and ${wish(second)} want different things of ${second.path}`,
    { help: `leave one of them out, or put the file you want under \`files:\`, which wins over all others` },
  );
}

function replacedAdvice(edit: Edit): Advice {
  return {
    level: 'note',
    id: 'files.replaces',
    message: `your own ${edit.path} is used instead of the one that ${edit.from} would write`,
  };
}

import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { Context, Contribution, Customization } from '../../src/customizations/customization.ts';
import { loginAfter } from '../../src/customizations/user.ts';
import type { HostInput } from '../../src/model/host-input.ts';
import type { OsFacts } from '../../src/model/os.ts';
import type { Tree } from '../../src/model/tree.ts';
import { applyPlan } from '../../src/plan/apply.ts';
import { verifyApplied } from '../../src/plan/verify.ts';
import { factsOf } from '../fixtures/os-trees.ts';

export interface Given {
  /** Settings of other customizations, as the schemas give them out. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly inputs?: Readonly<Record<string, HostInput>>;
  readonly os?: OsFacts;
}

export const buildTime = new Date('2026-11-24T12:00:00Z');

/** A context as the planner makes it, for one customization whose settings are `settings`. */
export function contextFor(name: string, settings: unknown, os: OsFacts, given: Given = {}): Context {
  const all = { ...given.settings, ...(settings !== undefined && { [name]: settings }) };
  return {
    os,
    login: loginAfter(all['user'], os),
    hostname: os.hostname,
    now: buildTime,
    random: (purpose, bytes) => createHash('sha512').update(purpose).digest().subarray(0, bytes),
    input: (path) => {
      const input = given.inputs?.[path];
      if (!input) throw new Error(`no input ${path}`);
      return input;
    },
    settings: all,
  };
}

/** What a customization contributes for settings as a user writes them; `undefined` is "said nothing". */
export function contribution<Schema extends z.ZodType>(
  customization: Customization<string, Schema>,
  written: unknown,
  os: OsFacts,
  given: Given = {},
): Contribution {
  const settings = written === undefined ? undefined : customization.schema.parse(written);
  const context = contextFor(customization.name, settings, os, given);
  const used = settings ?? customization.whenUnset?.(os);
  return used === undefined ? {} : customization.contribute(used as z.output<Schema>, context);
}

/** Applies a contribution to a tree, checks that it is there, and says which paths are now different and how. */
export function applied(
  customization: Customization,
  written: unknown,
  tree: Tree,
  given: Given = {},
): Contribution & { readonly changed: Readonly<Record<string, string>> } {
  const os = given.os ?? factsOf(tree);
  const made = contribution(customization, written, os, given);
  const login = loginAfter(
    customization.name === 'user' && written !== undefined
      ? customization.schema.parse(written)
      : given.settings?.['user'],
    os,
  );
  const edits = (made.edits ?? []).map((edit) => ({ ...edit, from: customization.name }));
  const changed = changedBy(tree, () => {
    verifyApplied(applyPlan({ edits, os, ...(login && { login }) }, tree), tree);
  });
  return { ...made, changed };
}

/** Which paths of a tree are different after an action, and how. */
export function changedBy(tree: Tree, action: () => void): Readonly<Record<string, string>> {
  const before = snapshot(tree);
  action();
  return difference(before, snapshot(tree));
}

type Snapshot = ReadonlyMap<string, string>;

/** Every path of a tree with kind, mode, owner and content. */
function snapshot(tree: Tree): Snapshot {
  const paths = new Map<string, string>();
  const visit = (path: string): void => {
    const entry = tree.lstat(path);
    if (!entry) return;
    const about = `${entry.mode.toString(8).padStart(4, '0')} ${entry.uid}:${entry.gid}`;
    if (entry.kind === 'link') paths.set(path, `-> ${tree.readLink(path)}`);
    else if (entry.kind === 'file') paths.set(path, `${about} ${hash(tree.read(path) ?? new Uint8Array())}`);
    else paths.set(path, `${about} ${entry.kind}`);
    if (entry.kind !== 'directory') return;
    for (const { name } of tree.list(path)) visit(path === '/' ? `/${name}` : `${path}/${name}`);
  };
  visit('/');
  return paths;
}

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** `+ 0600 0:0`, `~ 0644 0:0`, `-`: what was added, changed and removed, by path; links with their target. */
function difference(before: Snapshot, after: Snapshot): Record<string, string> {
  const result: Record<string, string> = {};
  for (const path of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const [old, now] = [before.get(path), after.get(path)];
    if (old === now) continue;
    const shown = now?.replace(/ [0-9a-f]{64}$/, '');
    result[path] = now === undefined ? '-' : `${old === undefined ? '+' : '~'} ${shown}`;
  }
  return result;
}

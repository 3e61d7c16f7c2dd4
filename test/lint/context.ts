import { aptRepairs } from '../../src/customizations/archived-release.ts';
import { readFacts } from '../../src/image/facts/read-facts.ts';
import type { PartitionTable } from '../../src/image/partitions/partition.ts';
import { type LintOptions, type LintReport, lintImage } from '../../src/lint/lint-image.ts';
import type { Finding, LintContext } from '../../src/lint/rule.ts';
import { bytesSource } from '../../src/model/content.ts';
import type { EditDraft } from '../../src/model/edit.ts';
import type { Tree } from '../../src/model/tree.ts';
import type { FileAttributes, Volume } from '../../src/model/volume.ts';
import { applyPlan } from '../../src/plan/apply.ts';
import { osTrees, testDiskId } from '../fixtures/os-trees.ts';

export type TreeName = keyof typeof osTrees;

export const now = new Date('2026-11-24T12:00:00Z');
const mebibyte = 1024 * 1024;

export function testTable(diskId = testDiskId): PartitionTable {
  const partition = (number: number, type: string, start: number, size: number) => ({
    number,
    type,
    offset: start * mebibyte,
    size: size * mebibyte,
    partUuid: `${diskId}-0${number}`,
    bootable: false,
  });
  return {
    scheme: 'mbr',
    diskId,
    partitions: [partition(1, '0c', 4, 256), partition(2, '83', 260, 1024)],
  };
}

/** What of a context a test may put in place of the usual. */
export type Given = Partial<Pick<LintContext, 'table' | 'mounts' | 'os'>>;

/** A tree as an image that was opened; its facts are read when asked for, so seed first. */
export function contextOf(tree: Tree, given: Given = {}): LintContext {
  const os = readFacts(tree);
  return {
    tree,
    os,
    table: testTable(),
    mounts: [
      { number: 2, at: '/', volume: rootOf(tree, os.bootDir) },
      { number: 1, at: os.bootDir, volume: { label: 'boot', stat: () => undefined, list: () => [] } },
    ],
    now,
    ...given,
  };
}

/** The root volume alone shows nothing of what is mounted on it. */
function rootOf(tree: Tree, bootDir: string): Pick<Volume, 'label' | 'stat' | 'list'> {
  return {
    label: 'rootfs',
    stat: (path) => tree.lstat(path),
    list: (path) => (path === bootDir ? [] : tree.list(path)),
  };
}

export function lintTree(tree: Tree, options: LintOptions = {}, given: Given = {}): LintReport {
  return lintImage(contextOf(tree, given), { now, ...options });
}

/**
 * A tree with nothing to find fault with: that of the release, and for Buster with what every build mends in it, the
 * addresses of apt's archives, which have moved since, and the time that the clock starts at.
 */
export function cleanTree(name: TreeName): Tree {
  const tree = osTrees[name]();
  if (name.startsWith('buster')) bringUpToDate(tree);
  return tree;
}

export function bringUpToDate(tree: Tree): void {
  apply(tree, aptRepairs(readFacts(tree)));
  put(tree, '/etc/fake-hwclock.data', '2026-11-24 12:00:00\n');
}

/** Findings as the corpus lists them: `path`, or `path:line`. */
export function places(found: readonly Pick<Finding, 'path' | 'line'>[]): string[] {
  return found.map(({ path, line }) => (line === undefined ? path : `${path}:${line}`));
}

export function apply(tree: Tree, edits: readonly EditDraft[]): void {
  applyPlan({ edits: edits.map((edit) => ({ ...edit, from: 'test' })), os: readFacts(tree) }, tree);
}

/** Writes a file and the directories above it. */
export function put(
  tree: Tree,
  path: string,
  text: string | Uint8Array,
  attributes: FileAttributes = {},
): void {
  for (let at = path.indexOf('/', 1); at > 0; at = path.indexOf('/', at + 1)) {
    const parent = path.slice(0, at);
    if (tree.stat(parent) === undefined) tree.makeDirectory(parent);
  }
  tree.write(path, bytesSource(typeof text === 'string' ? Buffer.from(text) : text), attributes);
}

/** Replaces a part of a text file that has to be there. */
export function replace(tree: Tree, path: string, from: string | RegExp, to: string): void {
  const before = tree.readText(path) ?? '';
  const after = before.replace(from, to);
  if (after === before) throw new Error(`${path} has nothing like ${from}`);
  put(tree, path, after);
}

export function append(tree: Tree, path: string, text: string): void {
  put(tree, path, (tree.readText(path) ?? '') + text);
}

/** Enables a unit as `systemctl enable` does. */
export function enable(tree: Tree, unit: string): void {
  const folder = '/etc/systemd/system/multi-user.target.wants';
  if (tree.stat(folder) === undefined) tree.makeDirectory(folder);
  tree.makeLink(`${folder}/${unit}`, `/lib/systemd/system/${unit}`);
}

/** Lists a package as installed. */
export function install(tree: Tree, name: string, version: string): void {
  append(
    tree,
    '/var/lib/dpkg/status',
    `\nPackage: ${name}\nStatus: install ok installed\nArchitecture: armhf\nVersion: ${version}\n`,
  );
}

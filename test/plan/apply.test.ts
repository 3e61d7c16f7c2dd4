import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createMemoryVolume } from '../../src/image/memory.ts';
import { mountTree } from '../../src/image/tree.ts';
import { bytesSource } from '../../src/model/content.ts';
import {
  change,
  directory,
  type Edit,
  type EditDraft,
  link,
  move,
  remove,
  root,
  write,
} from '../../src/model/edit.ts';
import type { OsFacts } from '../../src/model/os.ts';
import type { Tree } from '../../src/model/tree.ts';
import { applyPlan } from '../../src/plan/apply.ts';
import { verifyApplied } from '../../src/plan/verify.ts';

const os = {
  users: [{ name: 'pi', uid: 1000, gid: 1000, home: '/home/pi', shell: '' }],
  groups: [{ name: 'pi', gid: 1000, members: [] }],
} as unknown as OsFacts;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function makeTree(): Tree {
  const tree = mountTree([{ at: '/', volume: createMemoryVolume() }]);
  for (const path of ['/etc', '/home', '/home/pi']) tree.makeDirectory(path);
  tree.setAttributes('/home/pi', { mode: 0o755, uid: 1000, gid: 1000 });
  tree.write('/etc/hostname', bytesSource(Buffer.from('raspberrypi\n')), { mode: 0o640, uid: 0, gid: 7 });
  tree.makeLink('/etc/localtime', '/usr/share/zoneinfo/Europe/London');
  return tree;
}

function apply(tree: Tree, ...drafts: readonly EditDraft[]) {
  const edits: Edit[] = drafts.map((draft) => ({ ...draft, from: 'test' }));
  return applyPlan({ edits, os }, tree);
}

const text = (tree: Tree, path: string) => tree.readText(path);

describe('applyPlan', () => {
  it('replaces a file, keeping mode and owner that were not given', () => {
    const tree = makeTree();
    const applied = apply(tree, write('/etc/hostname', 'kitchen\n'));
    expect(text(tree, '/etc/hostname')).toBe('kitchen\n');
    expect(applied).toMatchObject([
      { path: '/etc/hostname', action: 'changed', mode: 0o640, gid: 7, size: 8, sha256: sha256('kitchen\n') },
    ]);
  });

  it('makes missing parents, belonging to root, and tells of them', () => {
    const tree = makeTree();
    const applied = apply(tree, write('/opt/a/b', 'x', { mode: 0o600, owner: { user: 'pi', group: 'pi' } }));
    expect(applied.map(({ path, action, mode, uid }) => [path, action, mode.toString(8), uid])).toEqual([
      ['/opt', 'created', '755', 0],
      ['/opt/a', 'created', '755', 0],
      ['/opt/a/b', 'created', '600', 1000],
    ]);
  });

  it('changes text, and leaves alone what is right already', () => {
    const tree = makeTree();
    const lines = (...all: string[]) => change('/etc/hostname', { op: 'ensure-lines', lines: all });
    expect(apply(tree, lines('raspberrypi'))).toMatchObject([{ action: 'unchanged' }]);
    expect(apply(tree, lines('more'))).toMatchObject([
      { action: 'changed', sha256: sha256('raspberrypi\nmore\n') },
    ]);
  });

  it('does with a missing file what the change says', () => {
    const tree = makeTree();
    const op = { op: 'ensure-lines', lines: ['x'] } as const;
    expect(apply(tree, change('/etc/no', op, { ifMissing: 'skip' }))).toEqual([]);
    expect(apply(tree, change('/etc/new', op, { ifMissing: 'create' }))).toMatchObject([
      { action: 'created' },
    ]);
    expect(() => apply(tree, change('/etc/no', op))).toThrow('test has to change /etc/no');
  });

  it('makes links once, and replaces other ones', () => {
    const tree = makeTree();
    expect(apply(tree, link('/etc/localtime', '/usr/share/zoneinfo/Europe/London'))).toMatchObject([
      { action: 'unchanged' },
    ]);
    const applied = apply(tree, link('/etc/localtime', '/usr/share/zoneinfo/Europe/Berlin'));
    expect(applied).toMatchObject([
      { action: 'changed', kind: 'link', target: '/usr/share/zoneinfo/Europe/Berlin' },
    ]);
    expect(() => apply(tree, link('/etc', 'x'))).toThrow('it is a directory');
  });

  it('makes directories, and sets what differs of existing ones', () => {
    const tree = makeTree();
    const ssh = directory('/home/pi/.ssh', { mode: 0o700, owner: { user: 1000, group: 1000 } });
    expect(apply(tree, ssh)).toMatchObject([{ action: 'created', mode: 0o700, uid: 1000 }]);
    expect(apply(tree, ssh)).toMatchObject([{ action: 'unchanged' }]);
    expect(apply(tree, directory('/home/pi/.ssh', { mode: 0o755 }))).toMatchObject([
      { action: 'changed', mode: 0o755 },
    ]);
    expect(() => apply(tree, directory('/etc/hostname'))).toThrow('needs a directory');
  });

  it('removes and moves', () => {
    const tree = makeTree();
    apply(tree, write('/home/pi/x', '1'));
    const applied = apply(
      tree,
      move('/home/pi', '/home/cook'),
      remove('/etc/localtime'),
      remove('/etc/nothing'),
    );
    expect(applied).toMatchObject([
      { path: '/home/pi', action: 'moved', to: '/home/cook', kind: 'none' },
      { path: '/etc/localtime', action: 'removed', kind: 'none' },
    ]);
    expect(text(tree, '/home/cook/x')).toBe('1');
  });

  it('counts the last word on a path', () => {
    const tree = makeTree();
    const applied = apply(
      tree,
      write('/etc/new', 'a\n'),
      change('/etc/new', { op: 'ensure-lines', lines: ['b'] }),
      remove('/etc/hostname'),
    );
    expect(applied).toMatchObject([
      { path: '/etc/new', action: 'created', sha256: sha256('a\nb\n') },
      { path: '/etc/hostname', action: 'removed' },
    ]);
    expect(applied[1]?.sha256).toBeUndefined();
  });
});

describe('verifyApplied', () => {
  const edits = [
    write('/etc/hostname', 'kitchen\n', { mode: 0o644, owner: root }),
    link('/etc/localtime', 'UTC'),
    directory('/srv', { mode: 0o750 }),
    remove('/etc/motd'),
    move('/home/pi', '/home/cook'),
  ];

  it('is content with a tree that holds what was planned', () => {
    const tree = makeTree();
    expect(() => verifyApplied(apply(tree, ...edits), tree)).not.toThrow();
  });

  it.each<[string, (tree: Tree) => void, string]>([
    [
      'other content',
      (tree) => tree.write('/etc/hostname', bytesSource(Buffer.from('kitchen '))),
      'has other content',
    ],
    [
      'another mode',
      (tree) => tree.setAttributes('/etc/hostname', { mode: 0o666 }),
      'has mode 0666, not 0644',
    ],
    ['another owner', (tree) => tree.setAttributes('/etc/hostname', { uid: 5 }), 'belongs to 5:0, not 0:0'],
    ['a missing file', (tree) => tree.remove('/etc/hostname'), 'is missing'],
    ['a missing directory', (tree) => tree.remove('/srv'), 'is missing'],
    ['a move undone', (tree) => tree.rename('/home/cook', '/home/pi'), 'was not moved'],
    [
      'a link elsewhere',
      (tree) => {
        tree.remove('/etc/localtime');
        tree.makeLink('/etc/localtime', 'GMT');
      },
      'links elsewhere',
    ],
  ])('notices %s', (_what, damage, message) => {
    const tree = makeTree();
    const applied = apply(tree, ...edits);
    damage(tree);
    try {
      verifyApplied(applied, tree);
      expect.unreachable();
    } catch (error) {
      expect(
        (error as { problems: { message: string }[] }).problems.map((one) => one.message).join(),
      ).toContain(message);
    }
  });
});

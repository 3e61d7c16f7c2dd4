import { describe, expect, it } from 'vitest';
import { builtInRules } from '../../src/lint/index.ts';
import { type LintFinding, lintImage } from '../../src/lint/lint-image.ts';
import type { LintContext } from '../../src/lint/rule.ts';
import type { ReadableTree, Tree } from '../../src/model/tree.ts';
import { cleanTree, contextOf, lintTree, put } from './context.ts';
import { seeds } from './corpus/index.ts';

/** Every path that the rules open on this tree. */
function pathsRead(tree: Tree): ReadonlySet<string> {
  const paths = new Set<string>();
  const watched: ReadableTree = {
    stat: (path) => tree.stat(path),
    lstat: (path) => tree.lstat(path),
    list: (path) => tree.list(path),
    scan: (path) => tree.scan(path),
    readLink: (path) => tree.readLink(path),
    realPath: (path) => tree.realPath(path),
    read: (path) => tree.read(path),
    readText: (path) => tree.readText(path),
    space: (path) => tree.space(path),
    open(path) {
      paths.add(path);
      return tree.open(path);
    },
  };
  lintImage({ ...contextOf(tree), tree: watched });
  return paths;
}

const seeded = (): Tree => {
  const tree = cleanTree('buster-desktop');
  for (const { seed, on = 'buster-lite', given } of seeds) {
    if (!on.startsWith('buster') || given) continue;
    try {
      seed(tree);
    } catch {
      // Some faults rule each other out; what is there is enough.
    }
  }
  return tree;
};

describe('an image that wants to do harm', () => {
  const nasty: readonly (readonly [string, Uint8Array])[] = [
    ['nothing but line ends', Buffer.alloc(60_000, '\n')],
    ['a single long line', Buffer.alloc(60_000, 'a:')],
    ['one word again and again', Buffer.alloc(60_000, 'secretTOKEN')],
    ['addresses', Buffer.alloc(60_000, 'x://a:b:c:')],
    ['spaces', Buffer.alloc(60_000, 'network={ ')],
    ['quotes', Buffer.alloc(60_000, '"psk="')],
    ['brackets', Buffer.alloc(60_000, '[[{')],
    ['bytes that are no text', Buffer.from(Array.from({ length: 65_536 }, (_, i) => (i * 7919) % 256))],
  ];

  it.each(nasty)('%s in every file that is read', (_what, bytes) => {
    const tree = seeded();
    for (const path of pathsRead(tree)) {
      if (tree.stat(path)?.kind === 'file') put(tree, path, bytes);
    }
    const { findings } = lintTree(tree, { public: true });
    for (const { line } of findings) expect(line ?? 1).toBeGreaterThan(0);
  });

  it('links in circles and directories in place of files', () => {
    const tree = cleanTree('buster-desktop');
    const context: LintContext = contextOf(tree);
    for (const path of pathsRead(seeded())) {
      if (tree.lstat(path)?.kind === 'file') tree.remove(path);
      if (tree.lstat(path)) continue;
      put(tree, `${path.slice(0, path.lastIndexOf('/'))}/x`, '');
      if (path.length % 2) tree.makeLink(path, path.slice(path.lastIndexOf('/') + 1));
      else tree.makeDirectory(path);
    }
    for (const rule of builtInRules) {
      rule.check(context);
      rule.mend?.(context);
    }
  });
});

describe('what is reported', () => {
  it('never holds the secret itself', () => {
    const secrets = /correct horse|ghp_|gho_|npm_token|bWU6dG9rZW4|dbd83cfd|:secret|abababab|\$6\$|AAAA/;
    for (const { on = 'buster-lite', seed, given } of seeds) {
      const tree = cleanTree(on);
      seed(tree);
      expect(JSON.stringify(lintTree(tree, {}, given))).not.toMatch(secrets);
    }
  });

  it('is ordered by level, rule, path and line, and counted', () => {
    const report = lintTree(seeded());
    const levels = report.findings.map(({ level }) => level);
    expect(levels).toEqual([...levels].sort((a, b) => 'ewn'.indexOf(a[0]!) - 'ewn'.indexOf(b[0]!)));
    const { error, warning, note } = report.counts;
    expect(error + warning + note).toBe(report.findings.length);
    expect(Math.min(error, warning, note)).toBeGreaterThan(0);
  });

  it('makes every leak an error in an image for the public, and nothing else', () => {
    const tree = seeded();
    const leaks = new Set(builtInRules.filter(({ leak }) => leak).map(({ id }) => id));
    const key = ({ rule, path, line, message }: LintFinding) => `${rule} ${path} ${line} ${message}`;
    const before = new Map(lintTree(tree).findings.map((one) => [key(one), one.level]));
    const { findings } = lintTree(tree, { public: true });
    expect(findings.length).toBe(before.size);
    for (const one of findings) {
      expect([key(one), one.level]).toEqual([key(one), leaks.has(one.rule) ? 'error' : before.get(key(one))]);
    }
  });

  it('says what to do, in the words of the rule where a place has none of its own', () => {
    for (const { help, message } of lintTree(seeded()).findings) {
      expect(help).not.toBe('');
      expect(message).toMatch(/^\S[^\n]*[^.\s]$/);
    }
  });
});

describe('rules', () => {
  it('have ids that people can type, each its own', () => {
    const ids = builtInRules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][a-z0-9-]{2,30}$/);
  });
});

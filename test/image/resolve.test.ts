import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryVolume } from '../../src/image/memory.ts';
import { type Lookup, resolvePath } from '../../src/image/resolve.ts';
import { mountTree } from '../../src/image/tree.ts';
import { PiImageError } from '../../src/model/errors.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

/** Directories by name, links by `name: target`. */
function lookupIn(entries: Readonly<Record<string, string>>): Lookup {
  return {
    kindOf: (one) => {
      if (one in entries) return entries[one] === '' ? 'file' : 'link';
      return Object.keys(entries).some((name) => name.startsWith(`${one}/`)) ? 'directory' : undefined;
    },
    targetOf: (one) => entries[one] ?? '',
  };
}
const codeOf = (attempt: () => unknown): string => {
  try {
    attempt();
    return 'none';
  } catch (error) {
    return PiImageError.is(error) ? error.code : 'not ours';
  }
};

describe('resolvePath', () => {
  const lookup = lookupIn({
    '/a/b/file': '',
    '/a/up': '..',
    '/a/abs': '/a/b',
    '/out': '../../../a',
    '/dangling': '/a/none',
    '/self': 'self',
    '/through': 'a/abs/file',
  });

  it.each([
    ['/', '/', 'found'],
    ['/a/b/file', '/a/b/file', 'found'],
    ['//a/./b//file/', '/a/b/file', 'found'],
    ['/a/b/../b/file', '/a/b/file', 'found'],
    ['/../../a', '/a', 'found'],
    ['/a/up/a/b', '/a/b', 'found'],
    ['/a/abs/file', '/a/b/file', 'found'],
    ['/out/b', '/a/b', 'found'],
    ['/through', '/a/b/file', 'found'],
    ['/dangling', '/a/none', 'missing'],
    ['/dangling/x', '/a/none/x', 'no-parent'],
    ['/a/new', '/a/new', 'missing'],
    ['/x/y/z', '/x/y/z', 'no-parent'],
    ['/a/b/file/x', '/a/b/file/x', 'not-a-directory'],
  ] as const)('%s is %s, %s', (asked, resolved, state) => {
    expect(resolvePath(asked, lookup, true)).toEqual({ path: resolved, state });
  });

  it('does not follow the last part when asked so, but those before', () => {
    expect(resolvePath('/through', lookup, false)).toEqual({ path: '/through', state: 'found' });
    expect(resolvePath('/a/abs/file', lookup, false)).toEqual({ path: '/a/b/file', state: 'found' });
  });

  it('follows forty links and no more', () => {
    const chain = (links: number) =>
      lookupIn(
        Object.fromEntries([
          ['/end', ''],
          ...Array.from({ length: links }, (_, i) => [`/l${i}`, i === 0 ? 'end' : `l${i - 1}`]),
        ]),
      );
    expect(resolvePath('/l39', chain(40), true)).toEqual({ path: '/end', state: 'found' });
    expect(codeOf(() => resolvePath('/l40', chain(41), true))).toBe('image.loop');
    expect(codeOf(() => resolvePath('/self', lookup, true))).toBe('image.loop');
  });

  it.each(['', 'a', 'a/b', `/${'x/'.repeat(3000)}`, '/a\0b'])('refuses the path %j', (asked) => {
    expect(codeOf(() => resolvePath(asked, lookup, true))).toBe('image.name');
  });

  it.each(['', 'x'.repeat(5000), 'a\0b'])('calls the target %j damage', (target) => {
    const broken: Lookup = { kindOf: () => 'link', targetOf: () => target };
    expect(codeOf(() => resolvePath('/l', broken, true))).toBe('image.damaged');
  });

  const parent = temporaryDirectory();
  const names = ['a', 'b', 'c'];
  const place = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 });

  it.skipIf(process.platform === 'win32')('agrees with the kernel', () => {
    fc.assert(
      fc.property(
        fc.array(place, { maxLength: 5 }),
        fc.array(
          fc.record({
            at: place,
            up: fc.nat(2),
            down: fc.array(fc.constantFrom(...names, '.'), { maxLength: 3 }),
          }),
          { maxLength: 6 },
        ),
        fc.array(place, { minLength: 1, maxLength: 6 }),
        (directories, links, asked) => {
          const root = fs.realpathSync.native(fs.mkdtempSync(path.join(parent, 'tree-')));
          const tree = mountTree([{ at: '/', volume: createMemoryVolume() }]);
          const realOrRoot = (one: string): string => {
            try {
              return tree.realPath(one);
            } catch {
              return '/';
            }
          };
          const both = (action: (real: string) => void, ours: () => void, at: readonly string[]) => {
            try {
              action(path.join(root, ...at));
            } catch {
              return;
            }
            ours();
          };
          for (const parts of directories) {
            parts.forEach((_, index) => {
              const at = parts.slice(0, index + 1);
              both(
                (real) => fs.mkdirSync(real),
                () => tree.makeDirectory(`/${at.join('/')}`),
                at,
              );
            });
          }
          for (const { at, up, down } of links) {
            // No further up than the link lies deep, or the real one would leave its root.
            const folder = realOrRoot(`/${at.slice(0, -1).join('/')}`);
            const depth = folder.split('/').filter((part) => part !== '').length;
            const target = [...Array(Math.min(up, depth)).fill('..'), ...down].join('/') || '.';
            both(
              (real) => fs.symlinkSync(target, real),
              () => tree.makeLink(`/${at.join('/')}`, target),
              at,
            );
          }
          for (const parts of asked) {
            const real = path.join(root, ...parts);
            const asPath = `/${parts.join('/')}`;
            let expected: string | undefined;
            try {
              expected = `/${path.relative(root, fs.realpathSync.native(real))}`;
            } catch {
              expected = undefined;
            }
            let found: string | undefined;
            try {
              found = tree.stat(asPath) && tree.realPath(asPath);
            } catch (error) {
              expect(codeOf(() => tree.stat(asPath))).toBe('image.loop');
              if (!PiImageError.is(error)) throw error;
            }
            expect(found, asPath).toBe(expected);
          }
          fs.rmSync(root, { recursive: true });
        },
      ),
      { numRuns: 150 },
    );
  });
});

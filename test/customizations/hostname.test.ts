import { describe, expect, it } from 'vitest';
import { hostname } from '../../src/customizations/hostname.ts';
import { busterLite, osTrees } from '../fixtures/os-trees.ts';
import { applied } from './harness.ts';

describe('hostname', () => {
  it.each(Object.entries(osTrees))('changes both files of %s and nothing else', (_, makeTree) => {
    const tree = makeTree();
    const { changed } = applied(hostname, 'kitchen', tree);
    expect(changed).toEqual({ '/etc/hostname': '~ 0644 0:0', '/etc/hosts': '~ 0644 0:0' });
    expect(tree.readText('/etc/hostname')).toBe('kitchen\n');
    expect(tree.readText('/etc/hosts')?.match(/^127\.0\.1\.1.*$/gm)).toEqual(['127.0.1.1\tkitchen']);
    expect(tree.readText('/etc/hosts')).toContain('localhost');
  });

  it('is lower case, as names on a network are', () => {
    const tree = busterLite();
    applied(hostname, 'Kitchen', tree);
    expect(tree.readText('/etc/hostname')).toBe('kitchen\n');
  });

  it.each(['', '-a', 'a-', 'a_b', 'a.b', 'ä', 'a\n', 'x'.repeat(64), 'localhost', 'LOCALHOST'])(
    'refuses %j',
    (name) => {
      expect(hostname.schema.safeParse(name).success).toBe(false);
    },
  );
});

import { describe, expect, it } from 'vitest';
import { timezone } from '../../src/customizations/timezone.ts';
import { checkPreconditions } from '../../src/plan/preconditions.ts';
import { bookwormLite, factsOf, osTrees, trixieLite } from '../fixtures/os-trees.ts';
import { applied, contribution } from './harness.ts';

describe('timezone', () => {
  it.each(Object.entries(osTrees))('changes exactly both places of %s', (_, makeTree) => {
    const tree = makeTree();
    expect(applied(timezone, 'Europe/Berlin', tree).changed).toEqual({
      '/etc/localtime': '~ -> /usr/share/zoneinfo/Europe/Berlin',
      '/etc/timezone': '~ 0644 0:0',
    });
    expect(tree.readText('/etc/timezone')).toBe('Europe/Berlin\n');
  });

  it('writes no /etc/timezone where Debian gave it up', () => {
    const [trixie, bookworm] = [trixieLite(), bookwormLite()];
    for (const tree of [trixie, bookworm]) tree.remove('/etc/timezone');
    expect(Object.keys(applied(timezone, 'Asia/Tokyo', trixie).changed)).toEqual(['/etc/localtime']);
    expect(Object.keys(applied(timezone, 'Asia/Tokyo', bookworm).changed)).toEqual([
      '/etc/localtime',
      '/etc/timezone',
    ]);
  });

  it('wants a zone that the image has, and knows the near ones', () => {
    const tree = bookwormLite();
    const os = factsOf(tree);
    const check = (zone: string) => {
      const { preconditions = [] } = contribution(timezone, zone, os);
      const { edits, firstBoot } = { edits: [], firstBoot: [] };
      checkPreconditions(
        {
          version: 1,
          preloads: [],
          os,
          edits,
          firstBoot,
          preconditions,
          advice: [],
          hostname: '',
          sensitive: false,
        },
        tree,
      );
    };
    expect(() => check('Europe/Berlin')).not.toThrow();
    expect(() => check('Europe/Berlim')).toThrow('this image knows no time zone "Europe/Berlim"');
    try {
      check('Europe/Berlim');
    } catch (error) {
      expect((error as { help: string }).help).toBe('did you mean Europe/Berlin?');
    }
  });

  it.each([
    'Europe',
    'America/Indiana',
    'posix',
    'right',
    'Etc',
    '',
    '../etc/passwd',
    '/etc',
    'a//b',
    'a/b/c/d',
    'x\n',
  ])('refuses %j', (zone) => expect(timezone.schema.safeParse(zone).success).toBe(false));

  it.each(['UTC', 'Etc/GMT+5', 'America/Indiana/Knox', 'America/Port-au-Prince'])('takes %s', (zone) =>
    expect(timezone.schema.safeParse(zone).success).toBe(true),
  );
});

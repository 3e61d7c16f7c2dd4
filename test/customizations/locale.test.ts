import { describe, expect, it } from 'vitest';
import { locale } from '../../src/customizations/locale.ts';
import { busterLite, factsOf, osTrees } from '../fixtures/os-trees.ts';
import { applied, contribution } from './harness.ts';

describe('locale', () => {
  it.each(Object.entries(osTrees))('asks %s to make it, and sets it only when it is made', (_, makeTree) => {
    const tree = makeTree();
    const before = tree.readText('/etc/locale.gen');
    const { changed, firstBoot } = applied(locale, 'de_DE', tree);
    expect(changed).toEqual({ '/etc/locale.gen': '~ 0644 0:0' });
    expect(tree.readText('/etc/locale.gen')).toBe(`${before}de_DE.UTF-8 UTF-8\n`);
    expect(firstBoot).toMatchObject([
      { name: 'locale', order: 30, needs: [], script: "locale-gen\nupdate-locale 'LANG=de_DE.UTF-8'\n" },
    ]);
  });

  it('needs nothing made for one that is in the image', () => {
    const tree = busterLite();
    const { changed, firstBoot, preconditions } = applied(locale, 'C.UTF-8', tree);
    expect(changed).toEqual({ '/etc/default/locale': '~ 0644 0:0' });
    expect(tree.readText('/etc/default/locale')).toBe('LANG="C.UTF-8"\n');
    expect([firstBoot, preconditions]).toEqual([undefined, undefined]);
  });

  it('does not list one twice', () => {
    const tree = busterLite();
    expect(applied(locale, 'en_GB.UTF-8', tree).changed).toEqual({});
  });

  it.each([
    ['de_DE', '/usr/share/i18n/locales/de_DE', 'de_DE.UTF-8 UTF-8'],
    ['de_DE.utf8', '/usr/share/i18n/locales/de_DE', 'de_DE.UTF-8 UTF-8'],
    ['sr_RS@latin', '/usr/share/i18n/locales/sr_RS@latin', 'sr_RS.UTF-8@latin UTF-8'],
    ['hsb_DE.UTF-8', '/usr/share/i18n/locales/hsb_DE', 'hsb_DE.UTF-8 UTF-8'],
  ])('knows what %s is', (name, path, line) => {
    const { preconditions, edits } = contribution(locale, name, factsOf(busterLite()));
    expect(preconditions?.map((one) => one.path)).toEqual([path]);
    expect(JSON.stringify(edits)).toContain(JSON.stringify([line]));
  });

  it.each(['german', 'de', 'de_de', 'de_DE.ISO-8859-1', "de_DE'; reboot", 'de_DE\n', ''])(
    'refuses %j',
    (name) => expect(locale.schema.safeParse(name).success).toBe(false),
  );
});

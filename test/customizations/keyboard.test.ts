import { describe, expect, it } from 'vitest';
import { keyboard } from '../../src/customizations/keyboard.ts';
import { busterLite, factsOf, osTrees } from '../fixtures/os-trees.ts';
import { applied, contribution } from './harness.ts';

const path = '/etc/default/keyboard';

describe('keyboard', () => {
  it.each(Object.entries(osTrees))('sets the layout of %s and drops the compiled one', (_, makeTree) => {
    const tree = makeTree();
    expect(applied(keyboard, { layout: 'de' }, tree).changed).toEqual({
      [path]: '~ 0644 0:0',
      '/etc/console-setup/cached_setup_keyboard.sh': '-',
    });
    expect(tree.readText(path)).toBe(
      'XKBMODEL="pc105"\nXKBLAYOUT="de"\nXKBVARIANT=""\nXKBOPTIONS=""\n\nBACKSPACE="guess"\n',
    );
  });

  it('sets several layouts, variants and a model', () => {
    const tree = busterLite();
    const written = { layout: 'de,us', variant: 'nodeadkeys,', model: 'pc104' };
    const { preconditions } = applied(keyboard, written, tree);
    expect(tree.readText(path)).toContain('XKBMODEL="pc104"\nXKBLAYOUT="de,us"\nXKBVARIANT="nodeadkeys,"\n');
    expect(preconditions?.map((one) => one.path)).toEqual([
      '/usr/share/X11/xkb/symbols/de',
      '/usr/share/X11/xkb/symbols/us',
    ]);
  });

  it('makes the file where there is none', () => {
    const tree = busterLite();
    tree.remove(path);
    applied(keyboard, { layout: 'fr' }, tree);
    expect(tree.readText(path)).toBe('XKBLAYOUT="fr"\nXKBVARIANT=""\n');
  });

  it.each([
    { layout: 'uk' },
    { layout: 'us,uk' },
    { layout: '' },
    { layout: 'de"; reboot' },
    { layout: 'a/b' },
    {},
  ])('refuses %j', (written) => expect(keyboard.schema.safeParse(written).success).toBe(false));

  it('says how the British layout is called', () => {
    expect(JSON.stringify(keyboard.schema.safeParse({ layout: 'uk' }).error?.issues)).toContain('gb');
    expect(contribution(keyboard, { layout: 'gb' }, factsOf(busterLite())).edits).toHaveLength(2);
  });
});

import { describe, expect, it } from 'vitest';
import { aptSources } from '../../src/customizations/apt-sources.ts';
import { bytesSource } from '../../src/model/content.ts';
import { busterDesktop, busterLite, factsOf, osTrees } from '../fixtures/os-trees.ts';
import { applied, contribution } from './harness.ts';

const list = '/etc/apt/sources.list';
const settings = '/etc/apt/apt.conf.d/99archived-release';

describe('apt-sources', () => {
  it.each([
    ['Lite', busterLite],
    ['desktop', busterDesktop],
  ])('points Buster %s to where its packages went, unasked, and changes nothing else', (_, makeTree) => {
    const tree = makeTree();
    const raspi = tree.readText('/etc/apt/sources.list.d/raspi.list');
    expect(applied(aptSources, undefined, tree).changed).toEqual({
      '/etc/apt/apt.conf.d': '+ 0755 0:0 directory',
      [settings]: '+ 0644 0:0',
      [list]: '~ 0644 0:0',
    });
    expect(tree.readText(list)).toBe(
      'deb http://legacy.raspbian.org/raspbian/ buster main contrib non-free rpi\n' +
        '#deb-src http://legacy.raspbian.org/raspbian/ buster main contrib non-free rpi\n',
    );
    expect(tree.readText(settings)).toBe(
      'Acquire::Check-Valid-Until "false";\nAcquire::AllowReleaseInfoChange::Suite "true";\n',
    );
    expect(tree.readText('/etc/apt/sources.list.d/raspi.list')).toBe(raspi);
  });

  it.each(Object.entries(osTrees).filter(([name]) => !name.startsWith('buster')))(
    'leaves %s alone',
    (_, makeTree) => {
      expect(contribution(aptSources, undefined, factsOf(makeTree()))).toEqual({});
      expect(contribution(aptSources, { repair: true }, factsOf(makeTree()))).toEqual({});
    },
  );

  it.each([
    [
      'raspbian',
      'deb https://mirrordirector.raspbian.org/raspbian buster main',
      'deb https://legacy.raspbian.org/raspbian buster main',
    ],
    [
      'raspbian',
      'deb http://archive.raspbian.org/raspbian/ buster main',
      'deb http://legacy.raspbian.org/raspbian/ buster main',
    ],
    [
      'raspbian',
      'deb http://mirror.example.org/raspbian buster main',
      'deb http://mirror.example.org/raspbian buster main',
    ],
    [
      'raspbian',
      'deb http://ftp.debian.org/debian buster main',
      'deb http://ftp.debian.org/debian buster main',
    ],
    [
      'debian',
      'deb http://ftp.debian.org/debian buster main',
      'deb http://archive.debian.org/debian buster main',
    ],
    [
      'debian',
      'deb http://security.debian.org/debian-security buster/updates main',
      'deb http://archive.debian.org/debian-security buster/updates main',
    ],
  ])('on %s makes %s into %s', (id, before, after) => {
    const tree = busterLite();
    tree.write(list, bytesSource(Buffer.from(`${before}\n`)));
    const os = { ...factsOf(tree), id };
    applied(aptSources, undefined, tree, { os });
    expect(tree.readText(list)).toBe(`${after}\n`);
    applied(aptSources, undefined, tree, { os });
    expect(tree.readText(list)).toBe(`${after}\n`);
  });

  it('can be left out, and does without a list', () => {
    expect(contribution(aptSources, { repair: false }, factsOf(busterLite()))).toEqual({});
    const tree = busterLite();
    tree.remove(list);
    expect(applied(aptSources, undefined, tree).changed).not.toHaveProperty(list);
  });
});

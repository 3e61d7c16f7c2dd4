import { describe, expect, it } from 'vitest';
import { cmdline } from '../../src/customizations/cmdline.ts';
import { bytesSource } from '../../src/model/content.ts';
import { busterLite, osTrees } from '../fixtures/os-trees.ts';
import { applied } from './harness.ts';

const changedTo = (before: string, written: unknown) => {
  const tree = busterLite();
  tree.write('/boot/cmdline.txt', bytesSource(Buffer.from(before)));
  applied(cmdline, written, tree);
  return tree.readText('/boot/cmdline.txt');
};

describe('cmdline', () => {
  it.each(Object.entries(osTrees))('adds words to the one line of %s, and removes some', (name, makeTree) => {
    const tree = makeTree();
    const path = `${/bookworm|trixie/.test(name) ? '/boot/firmware' : '/boot'}/cmdline.txt`;
    const before = tree.readText(path) ?? '';
    const written = { add: ['ipv6.disable=1'], remove: ['console=serial0,115200'] };
    expect(applied(cmdline, written, tree).changed).toEqual({ [path]: '~ 0644 0:0' });
    expect(tree.readText(path)).toBe(
      `${before.trimEnd().replace('console=serial0,115200 ', '')} ipv6.disable=1\n`,
    );
    expect(applied(cmdline, written, tree).changed).toEqual({});
  });

  it('stays before what a script of the first boot cuts off', () => {
    expect(changedTo('root=x systemd.run=/boot/firstrun.sh systemd.unit=y', { add: ['quiet'] })).toBe(
      'root=x quiet systemd.run=/boot/firstrun.sh systemd.unit=y',
    );
  });

  it('keeps one line, whatever ends it', () => {
    expect(changedTo('\r\nroot=x\r\n', { add: ['quiet'] })).toBe('root=x quiet\n');
    expect(() => changedTo('root=x\nquiet\n', { add: ['splash'] })).toThrow(/more than one line/);
  });

  it('does nothing when nothing is asked', () => {
    expect(applied(cmdline, {}, busterLite()).changed).toEqual({});
  });

  it.each([
    [{ add: ['root=/dev/sda2'] }, /how the Pi boots/],
    [{ remove: ['init=/usr/lib/raspi-config/init_resize.sh'] }, /how the Pi boots/],
    [{ remove: ['resize'] }, /how the Pi boots/],
    [{ add: ['a b'] }, /one word/],
    [{ add: ['a\nb'] }, /one word/],
    [{ add: ['"a'] }, /one word/],
    [{ add: ['quiet'], remove: ['quiet'] }, /added and removed/],
  ])('refuses %j', (written, message) => {
    expect(JSON.stringify(cmdline.schema.safeParse(written).error?.issues)).toMatch(message);
  });
});

import { describe, expect, it } from 'vitest';
import { configTxt } from '../../src/customizations/config-txt.ts';
import { bytesSource } from '../../src/model/content.ts';
import { busterLite, osTrees } from '../fixtures/os-trees.ts';
import { applied } from './harness.ts';

const withText = (text: string) => {
  const tree = busterLite();
  tree.write('/boot/config.txt', bytesSource(Buffer.from(text)));
  return tree;
};
const changedTo = (before: string, written: unknown) => {
  const tree = withText(before);
  applied(configTxt, written, tree);
  return tree.readText('/boot/config.txt');
};

describe('config-txt', () => {
  it.each(Object.entries(osTrees))('changes only config.txt of %s, for all boards', (name, makeTree) => {
    const tree = makeTree();
    const path = `${/bookworm|trixie/.test(name) ? '/boot/firmware' : '/boot'}/config.txt`;
    const before = tree.readText(path);
    expect(applied(configTxt, { gpu_mem: 16 }, tree).changed).toEqual({ [path]: '~ 0644 0:0' });
    expect(tree.readText(path)).toBe(`${before}gpu_mem=16\n`);
  });

  it('writes for all boards where the file ends in a section for some', () => {
    expect(changedTo('[pi4]\nmax_framebuffers=2\n', { gpu_mem: 16 })).toBe(
      '[pi4]\nmax_framebuffers=2\n[all]\ngpu_mem=16\n',
    );
  });

  it('replaces a value, and adds to those that may stand several times', () => {
    expect(
      changedTo('gpu_mem=64\ndtoverlay=a\n', { gpu_mem: 16, dtoverlay: ['a', 'b,x=1'], dtparam: 'spi=on' }),
    ).toBe('gpu_mem=16\ndtoverlay=a\ndtoverlay=b,x=1\ndtparam=spi=on\n');
  });

  it('writes yes and no as the firmware has them, and commands without an equals sign', () => {
    expect(changedTo('', { enable_uart: true, camera_auto_detect: false, initramfs: 'a followkernel' })).toBe(
      'enable_uart=1\ncamera_auto_detect=0\ninitramfs a followkernel\n',
    );
  });

  it('takes carriage returns and a byte order mark away, which the firmware does not understand', () => {
    expect(changedTo('\ufeffgpu_mem=64\r\nx=1\r\n', { gpu_mem: 16 })).toBe('gpu_mem=16\nx=1\n');
  });

  it('makes the file where there is none', () => {
    const tree = busterLite();
    tree.remove('/boot/config.txt');
    applied(configTxt, { gpu_mem: 16 }, tree);
    expect(tree.readText('/boot/config.txt')).toBe('gpu_mem=16\n');
  });

  it.each([
    [{ 'a b': '1' }, /word/],
    [{ '[all]': '1' }, /word/],
    [{ gpu_mem: 'a\nb=1' }, /one line/],
    [{ gpu_mem: 'ä' }, /ASCII/],
    [{ gpu_mem: ['1', '2'] }, /one value only/],
    [{ dtoverlay: 'x'.repeat(90) }, /98 characters/],
  ])('refuses %j', (written, message) => {
    expect(JSON.stringify(configTxt.schema.safeParse(written).error?.issues)).toMatch(message);
  });
});

import { describe, expect, it } from 'vitest';
import { createMemoryVolume } from '../../src/image/memory.ts';
import { mountTree } from '../../src/image/tree.ts';
import { freeSpace } from '../../src/lint/rules/free-space.ts';
import { keyboardCache } from '../../src/lint/rules/keyboard-cache.ts';
import { textFormat } from '../../src/lint/rules/text-format.ts';
import type { Tree } from '../../src/model/tree.ts';
import type { Volume } from '../../src/model/volume.ts';
import { apply, contextOf, lintTree, put } from './context.ts';

const mebibyte = 1024 * 1024;

function mounted(root: Volume, boot: Volume, commandLine: string): Tree {
  root.makeDirectory('/boot');
  const tree = mountTree([
    { at: '/', volume: root },
    { at: '/boot', volume: boot },
  ]);
  put(tree, '/boot/cmdline.txt', commandLine);
  return tree;
}

describe('free-space', () => {
  const found = (root: number, boot: number, commandLine: string): readonly string[] => {
    const volume = (size: number) => createMemoryVolume({ size: size * mebibyte });
    return freeSpace
      .check(contextOf(mounted(volume(root), volume(boot), commandLine)))
      .map(({ path }) => path);
  };

  it('wants less where the first boot makes the root larger', () => {
    expect(found(32, 64, 'rootwait init=/usr/lib/raspi-config/init_resize.sh')).toEqual([]);
    expect(found(32, 64, 'rootwait resize')).toEqual([]);
    expect(found(32, 64, 'rootwait')).toEqual(['/']);
    expect(found(2, 0.5, 'rootwait resize')).toEqual(['/', '/boot']);
  });

  it('sees that no more files can be made', () => {
    const root = createMemoryVolume();
    const full = new Proxy(root, {
      get: (target, name) =>
        name === 'space'
          ? () => ({ ...root.space(), freeInodes: 3 })
          : Reflect.get(target, name, target)?.bind?.(target),
    });
    const tree = mounted(full, createMemoryVolume(), 'rootwait');
    expect(freeSpace.check(contextOf(tree))).toEqual([
      { path: '/', message: 'only 3 more files can be made' },
    ]);
  });
});

describe('keyboard-cache', () => {
  const cache = '/etc/console-setup/cached_setup_keyboard.sh';
  const treeWith = (first: string, second: string): Tree => {
    let seconds = 0;
    const root = createMemoryVolume({ now: () => new Date(1000 * seconds++) });
    const tree = mounted(root, createMemoryVolume(), 'rootwait');
    put(tree, first, '');
    put(tree, second, '');
    return tree;
  };

  it('finds a copy that is older than the settings, and takes it away', () => {
    const tree = treeWith(cache, '/etc/default/keyboard');
    expect(keyboardCache.check(contextOf(tree)).map(({ path }) => path)).toEqual([cache]);
    apply(tree, keyboardCache.mend?.(contextOf(tree)) ?? []);
    expect(tree.stat(cache)).toBeUndefined();
    expect(keyboardCache.check(contextOf(tree))).toEqual([]);
  });

  it('leaves a copy that was made afterwards', () => {
    expect(keyboardCache.check(contextOf(treeWith('/etc/default/keyboard', cache)))).toEqual([]);
  });
});

describe('text-format', () => {
  const treeWith = (path: string, bytes: Uint8Array): Tree => {
    const tree = mounted(createMemoryVolume(), createMemoryVolume(), 'rootwait');
    put(tree, path, bytes);
    return tree;
  };

  it('keeps bytes that are no UTF-8', () => {
    const tree = treeWith('/etc/hosts', Buffer.from('# caf\xe9\r\n127.0.0.1 localhost\r\n', 'latin1'));
    apply(tree, textFormat.mend?.(contextOf(tree)) ?? []);
    const after = Buffer.from(tree.read('/etc/hosts') ?? []).toString('latin1');
    expect(after).toBe('# caf\xe9\n127.0.0.1 localhost\n');
  });

  it('is a warning only where most readers take it', () => {
    const levels = (path: string, text: string) =>
      lintTree(treeWith(path, Buffer.from(text)), { rules: [textFormat] }).findings.map(({ level }) => level);
    expect(levels('/boot/config.txt', 'gpu_mem=16\r\n')).toEqual(['warning']);
    expect(levels('/boot/config.txt', '\ufeffgpu_mem=16\n')).toEqual(['error']);
    expect(levels('/boot/cmdline.txt', 'rootwait\r\n')).toEqual(['error']);
  });
});

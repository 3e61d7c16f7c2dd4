import { describe, expect, it } from 'vitest';
import { elfStub } from '../../../scripts/demo-image/elf.ts';
import { archOfElf, readArch } from '../../../src/image/facts/arch.ts';
import { createMemoryVolume } from '../../../src/image/memory.ts';
import { mountTree } from '../../../src/image/tree.ts';
import { bytesSource } from '../../../src/model/content.ts';
import type { Tree } from '../../../src/model/tree.ts';

const none = { versions: {}, architectures: {} };
const named = (architectures: Record<string, string>) => ({ versions: {}, architectures });

function treeWith(files: Readonly<Record<string, Uint8Array>>): Tree {
  const tree = mountTree([{ at: '/', volume: createMemoryVolume() }]);
  for (const directory of ['/bin', '/sbin', '/lib']) tree.makeDirectory(directory);
  for (const [path, bytes] of Object.entries(files)) tree.write(path, bytesSource(bytes));
  return tree;
}

describe('readArch', () => {
  it.each([
    [{ 'base-files': 'armhf' }, 'armhf'],
    [{ libc6: 'arm64' }, 'arm64'],
    [{ 'base-files': 'all', dpkg: 'armhf' }, 'armhf'],
    [{ 'base-files': 'amd64' }, 'other'],
  ])('takes the word of dpkg: %j', (architectures, arch) => {
    expect(readArch(treeWith({}), named(architectures))).toBe(arch);
  });

  it('looks at a program where dpkg says nothing, through links', () => {
    const tree = treeWith({ '/bin/dash': elfStub('arm64') });
    tree.makeLink('/bin/sh', 'dash');
    expect(readArch(tree, none)).toBe('arm64');
    expect(readArch(treeWith({ '/lib/ld-2.28.so': elfStub('armhf') }), none)).toBe('armhf');
  });

  it('says other for what is no program', () => {
    expect(readArch(treeWith({}), none)).toBe('other');
    expect(readArch(treeWith({ '/bin/sh': Buffer.from('#!/bin/busybox') }), none)).toBe('other');
    const circle = treeWith({});
    circle.makeLink('/bin/sh', 'sh');
    expect(readArch(circle, none)).toBe('other');
  });
});

describe('archOfElf', () => {
  const changed = (arch: 'armhf' | 'arm64', at: number, value: number) => {
    const bytes = Buffer.from(elfStub(arch));
    bytes[at] = value;
    return bytes;
  };

  it('tells hard float from soft', () => {
    expect(archOfElf(Buffer.from(elfStub('armhf')))).toBe('armhf');
    const soft = Buffer.from(elfStub('armhf'));
    soft.writeUInt32LE(0x05000200, 36);
    expect(archOfElf(soft)).toBe('other');
  });

  it('takes no other machine, class or byte order, and nothing that is cut off', () => {
    expect(archOfElf(changed('arm64', 18, 62))).toBe('other');
    expect(archOfElf(changed('arm64', 4, 1))).toBe('other');
    expect(archOfElf(changed('armhf', 5, 2))).toBe('other');
    expect(archOfElf(Buffer.from(elfStub('armhf')).subarray(0, 51))).toBe('other');
    expect(archOfElf(Buffer.alloc(0))).toBe('other');
  });
});

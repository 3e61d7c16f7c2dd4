import { describe, expect, it } from 'vitest';
import { firstBoot } from '../../src/customizations/first-boot.ts';
import type { HostFile, HostInput } from '../../src/model/host-input.ts';
import { busterLite, factsOf } from '../fixtures/os-trees.ts';
import { applied, contribution } from './harness.ts';

const place = '/usr/lib/pi-image/files/script';
const hostFile = (content: string | Uint8Array): HostFile => {
  const bytes = Buffer.from(content);
  return { kind: 'file', path: '/x', size: bytes.length, mode: 0o644, bytes };
};
const written = (script: string | Uint8Array) => {
  const tree = busterLite();
  if (typeof script === 'string') applied(firstBoot, { script }, tree);
  else applied(firstBoot, { script: { file: 'x' } }, tree, { inputs: { x: hostFile(script) } });
  return tree.read(place);
};

describe('first-boot', () => {
  it('puts the script where only root reads it, to be run last', () => {
    const tree = busterLite();
    const { changed, firstBoot: steps } = applied(firstBoot, { script: 'echo hello' }, tree);
    expect(changed).toEqual({
      '/usr/lib/pi-image': '+ 0755 0:0 directory',
      '/usr/lib/pi-image/files': '+ 0755 0:0 directory',
      [place]: '+ 0700 0:0',
    });
    expect(tree.readText(place)).toBe('#!/bin/sh\necho hello\n');
    expect(steps).toMatchObject([{ order: 90, script: `"$root${place}"\n`, needs: ['network', 'clock'] }]);
  });

  it('tells somebody without a script of its own', () => {
    const made = contribution(firstBoot, { notify: 'https://example.org' }, factsOf(busterLite()));
    expect(made.notify?.reveal()).toBe('https://example.org');
    expect(made).not.toHaveProperty('firstBoot');
    expect(firstBoot.schema.safeParse({}).success).toBe(false);
  });

  it('need not wait for a network', () => {
    const os = factsOf(busterLite());
    expect(contribution(firstBoot, { script: 'x', network: false }, os).firstBoot).toMatchObject([
      { needs: [] },
    ]);
  });

  it.each([
    ['#!/usr/bin/python3\r\nprint(1)\r\n', '#!/usr/bin/python3\nprint(1)\n'],
    ['\ufeff#!/bin/sh\necho', '#!/bin/sh\necho\n'],
    ['echo ä', '#!/bin/sh\necho ä\n'],
  ])('makes %j into what Linux can run', (script, expected) => {
    expect(Buffer.from(written(script) ?? []).toString()).toBe(expected);
    expect(Buffer.from(written(Buffer.from(script)) ?? []).toString()).toBe(expected);
  });

  it('keeps bytes that are no UTF-8, and programs as they are', () => {
    const latin1 = Buffer.from('#!/bin/sh\necho \xe4\n', 'latin1');
    expect(Buffer.from(written(latin1) ?? [])).toEqual(latin1);
    const program = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 13, 10]);
    expect(Buffer.from(written(program) ?? [])).toEqual(program);
  });

  it('takes a program too large to look into by its name', () => {
    const { bytes: _, ...large } = hostFile('x');
    const inputs = { x: { ...large, size: 5_000_000 } };
    const { edits } = contribution(firstBoot, { script: { file: 'x' } }, factsOf(busterLite()), { inputs });
    expect(edits).toMatchObject([{ content: { hostFile: '/x', size: 5_000_000 } }]);
  });

  it('refuses a directory and an empty file', () => {
    const from = (input: HostInput) => () =>
      contribution(firstBoot, { script: { file: 'x' } }, factsOf(busterLite()), { inputs: { x: input } });
    expect(from({ kind: 'directory', path: '/x', mode: 0o755, entries: {} })).toThrow(/is a directory/);
    expect(from(hostFile(''))).toThrow(/is empty/);
    expect(firstBoot.schema.safeParse({ script: '' }).success).toBe(false);
  });
});

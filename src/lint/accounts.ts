import type { ReadableTree } from '../model/tree.ts';
import { activeLines } from './files.ts';

/** A line of /etc/shadow, as far as passwords go. */
export interface PasswordRecord {
  readonly name: string;
  readonly hash: string;
  readonly line: number;
}

export const shadowFile = '/etc/shadow';

export function passwordRecords(tree: ReadableTree): readonly PasswordRecord[] {
  return activeLines(tree, shadowFile).flatMap(({ number, text }) => {
    const [name = '', hash] = text.split(':');
    return hash === undefined ? [] : [{ name, hash, line: number }];
  });
}

/** A password that can be typed: neither none at all, nor one that is locked (shadow(5)). */
export function canBeTyped(hash: string): boolean {
  return /^[^!*]/.test(hash);
}

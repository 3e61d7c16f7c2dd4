import { PiImageError } from '../model/errors.ts';
import type { ReplaceText } from '../model/text-change.ts';

/** Characters of a word: those a user name or host name may have, so that `pi` is not found in `pi-gen`. */
const wordCharacter = /[A-Za-z0-9_.-]/;

/**
 * Replaces every `from` by `to`. What is already part of a `to` is left, so that doing it twice changes nothing;
 * where that cannot be had, such as `ab` → `b` in `aab`, it refuses.
 */
export function replaceText(text: string, change: ReplaceText): string {
  if (change.from === '' || change.from === change.to) return text;
  const once = replaceAll(text, change);
  if (replaceAll(once, change) === once) return once;
  throw new PiImageError(
    'plan.unsuitable',
    `replacing "${change.from}" by "${change.to}" makes new places to replace`,
  );
}

function replaceAll(text: string, { from, to, word }: ReplaceText): string {
  const keep = to.indexOf(from);
  let result = '';
  let at = 0;
  while (at < text.length) {
    if (keep >= 0 && text.startsWith(to, at) && (!word || standsAlone(text, at, to.length))) {
      result += to;
      at += to.length;
    } else if (text.startsWith(from, at) && (!word || standsAlone(text, at, from.length))) {
      result += to;
      at += from.length;
    } else {
      result += text[at];
      at += 1;
    }
  }
  return result;
}

function standsAlone(text: string, at: number, length: number): boolean {
  return !wordCharacter.test(text[at - 1] ?? '') && !wordCharacter.test(text[at + length] ?? '');
}

import { PiImageError } from '../model/errors.ts';
import type { SetWords } from '../model/text-change.ts';
import { plainText } from './lines.ts';

/** Kernel parameters that count each time they are given; any other `key=` is replaced. */
const repeatable = new Set([
  'cgroup_enable',
  'cgroup_disable',
  'console',
  'earlycon',
  'modules-load',
  'module_blacklist',
  'systemd.mask',
  'systemd.setenv',
  'systemd.wants',
  'video',
]);

/**
 * Adds and removes words of cmdline.txt, which is one line. Order is kept and new words come last, but before
 * `systemd.run`: the script run by it cuts the line there when it is done. `init=` never becomes the first word:
 * the resize script looks for it with a space in front and would resize at every boot.
 */
export function setWords(text: string, change: SetWords): string {
  const { line, ended } = onlyLine(plainText(text));
  const words = splitWords(line);
  const { add = [], remove = [] } = change;
  const kept = words.filter((word) => !remove.includes(word) || add.includes(word));
  const result = keepInitBack(add.reduce(addWord, kept));
  return result.join(' ') + (ended ? '\n' : '');
}

/** Words are separated by white space outside double quotes, as the kernel reads them. */
export function splitWords(line: string): readonly string[] {
  return line.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
}

function onlyLine(text: string): { line: string; ended: boolean } {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if ((lines[0]?.split('"').length ?? 1) % 2 === 0) {
    throw new PiImageError('plan.unsuitable', 'the kernel command line has a quote that nothing closes');
  }
  if (lines.length <= 1) return { line: lines[0] ?? '', ended: text.endsWith('\n') };
  throw new PiImageError('plan.unsuitable', 'the kernel command line has more than one line', {
    help: 'cmdline.txt must be a single line; join its lines, or remove what is not wanted',
  });
}

function addWord(words: readonly string[], word: string): readonly string[] {
  if (!isWord(word))
    throw new PiImageError('spec.invalid', `"${word}" is not one word of a kernel command line`);
  const end = endOfAdditions(words, word);
  const before = words.slice(0, end);
  const key = keyOf(word);
  const rivals = words.filter((other) => key !== undefined && other !== word && keyOf(other) === key);
  if (before.includes(word) && rivals.length === 0) return words;
  const at = before.findLastIndex((other) => other === word || (key !== undefined && keyOf(other) === key));
  const others = words.filter((other) => other !== word && (key === undefined || keyOf(other) !== key));
  if (at < 0) {
    const place = endOfAdditions(others, word);
    return [...others.slice(0, place), word, ...others.slice(place)];
  }
  return words.flatMap((other, index) => (index === at ? [word] : others.includes(other) ? [other] : []));
}

/** The key of a `key=value` that replaces another one. */
function keyOf(word: string): string | undefined {
  const key = /^([^=]+)=/.exec(word)?.[1];
  return key === undefined || repeatable.has(key) ? undefined : key;
}

/** Where words may be added: before the arguments of init (`--`) and before what the script of systemd.run cuts off. */
function endOfAdditions(words: readonly string[], word: string): number {
  const end = words.findIndex(
    (other) => other === '--' || (/^systemd\.run/.test(other) && !word.startsWith('systemd.')),
  );
  return end < 0 ? words.length : end;
}

function keepInitBack(words: readonly string[]): readonly string[] {
  const [first, ...rest] = words;
  if (!first?.startsWith('init=') || rest.length === 0) return words;
  const end = endOfAdditions(rest, first);
  return [...rest.slice(0, end), first, ...rest.slice(end)];
}

/** Printable ASCII without spaces, or with spaces inside one pair of double quotes. */
export function isWord(word: string): boolean {
  return (
    /^[\x20-\x7e]+$/.test(word) &&
    splitWords(word).length === 1 &&
    splitWords(word)[0] === word &&
    (word.split('"').length - 1) % 2 === 0
  );
}

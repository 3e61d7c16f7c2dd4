import type { SetInterface } from '../model/text-change.ts';
import { mapLines } from './lines.ts';
import { oneLine } from './quote.ts';

/** Words that begin a block, which lasts until the next one (dhcpcd.conf(5)). */
const blockWords: readonly string[] = ['interface', 'ssid', 'profile'];

/**
 * Sets what is `static` for an interface. Of several blocks for it dhcpcd takes them all, so the old lines go from
 * each, and the new ones are put at the start of the first.
 */
export function setInterface(text: string, { name, values }: SetInterface): string {
  if (!/^[a-z][a-z0-9]{0,14}$/.test(name)) throw new Error(`${JSON.stringify(name)} is no network interface`);
  const wanted = Object.entries(values).map(([key, value]) =>
    oneLine(`static ${key}=${value}`, 'a line of dhcpcd.conf'),
  );
  return mapLines(text, (lines) => {
    const heads = lines.map((line, index) => headAt(lines, index) === `interface ${name}` && wordsOf(line));
    const kept = lines.filter((_, index) => !(heads[index] && heads[index][0] === 'static'));
    const head = kept.findIndex((line) => isHead(line) && headOf(line) === `interface ${name}`);
    if (head >= 0) return [...kept.slice(0, head + 1), ...wanted, ...kept.slice(head + 1)];
    const gap = kept.length > 0 && kept.at(-1)?.trim() !== '' ? [''] : [];
    return [...kept, ...gap, `interface ${name}`, ...wanted];
  });
}

/** The head of the block that a line is in; undefined above the first. */
function headAt(lines: readonly string[], index: number): string | undefined {
  const head = lines.slice(0, index + 1).findLast(isHead);
  return head === undefined ? undefined : headOf(head);
}

const wordsOf = (line: string): readonly string[] => line.trim().split(/\s+/);

const isHead = (line: string): boolean => blockWords.includes(wordsOf(line)[0] ?? '');

const headOf = (line: string): string => wordsOf(line).slice(0, 2).join(' ');

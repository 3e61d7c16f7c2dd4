import { printable } from '../cli/ui/problem.ts';

/** Text in Markdown that stands for nothing but itself, whatever it holds: names out of images are anybody's. */
export function plainText(text: string): string {
  return printable(text.replaceAll('\n', ' ')).replace(
    /[!-+:;<=>?@[\\\]^_`{|}~]/g,
    (character) => `&#${character.charCodeAt(0)};`,
  );
}

export const code = (text: string): string => `<code>${plainText(text)}</code>`;

/** A table; the cells are Markdown. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

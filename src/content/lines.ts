/** Lines of a text without their ends, and how the text ended; `join` gives it back. */
interface Lines {
  readonly lines: readonly string[];
  /** True when the last line ends like the others, or there is none yet. */
  readonly ended: boolean;
}

/** Carriage returns stay part of their line: only formats known to have none lose them. */
export function splitLines(text: string): Lines {
  if (text === '') return { lines: [], ended: true };
  const lines = text.split('\n');
  const ended = lines.at(-1) === '';
  return { lines: ended ? lines.slice(0, -1) : lines, ended };
}

export function joinLines(lines: readonly string[], ended: boolean): string {
  return lines.length === 0 ? '' : lines.join('\n') + (ended ? '\n' : '');
}

/** Applies a change to the lines of a text; whether the last line is ended stays as it was. */
export function mapLines(text: string, change: (lines: readonly string[]) => readonly string[]): string {
  const { lines, ended } = splitLines(text);
  return joinLines(change(lines), ended);
}

/** Without a byte order mark and carriage returns, which the firmware of a Pi takes for part of a setting. */
export function plainText(text: string): string {
  return text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
}

/** `lines` with the one at `index` replaced, or with `line` inserted before it. */
export function replaceAt(lines: readonly string[], index: number, line: string): readonly string[] {
  return [...lines.slice(0, index), line, ...lines.slice(index + 1)];
}

export function insertAt(lines: readonly string[], index: number, ...added: string[]): readonly string[] {
  return [...lines.slice(0, index), ...added, ...lines.slice(index)];
}

import { PiImageError } from '../model/errors.ts';

/** A paragraph of a control file: the fields asked for, by name in small letters (deb822(5)). */
export type Paragraph = ReadonlyMap<string, string>;

/** Far above the longest field there is, and far below what would hurt. */
const longestParagraph = 1024 * 1024;

/**
 * Paragraphs of a control file that comes in pieces. Only `wanted` fields are kept (small letters), with their
 * continuation lines when they have any, each after a newline and without its first space.
 */
export async function* paragraphs(
  what: string,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  wanted: ReadonlySet<string>,
): AsyncGenerator<Paragraph> {
  const reader = new ParagraphReader(what, wanted);
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestParagraph) throw tooLong(what);
    for (const line of lines) {
      const whole = reader.line(line);
      if (whole) yield whole;
    }
  }
  const last = reader.line(rest + decoder.decode()) ?? reader.line('');
  if (last) yield last;
}

/** Paragraphs of a text that is already here. */
export function parseParagraphs(what: string, text: string, wanted: ReadonlySet<string>): Paragraph[] {
  const reader = new ParagraphReader(what, wanted);
  return [...text.split('\n'), ''].flatMap((line) => reader.line(line) ?? []);
}

class ParagraphReader {
  readonly #what: string;
  readonly #wanted: ReadonlySet<string>;
  #fields = new Map<string, string>();
  #current: string | undefined;
  #size = 0;

  constructor(what: string, wanted: ReadonlySet<string>) {
    this.#what = what;
    this.#wanted = wanted;
  }

  /** The paragraph that this line ends, if it does. */
  line(withReturn: string): Paragraph | undefined {
    const line = withReturn.endsWith('\r') ? withReturn.slice(0, -1) : withReturn;
    if (/^[ \t]*$/.test(line)) return this.#finish();
    this.#size += line.length;
    if (this.#size > longestParagraph) throw tooLong(this.#what);
    if (line.startsWith('#')) return undefined;
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (this.#current !== undefined) {
        this.#fields.set(this.#current, `${this.#fields.get(this.#current)}\n${line.slice(1)}`);
      }
      return undefined;
    }
    const colon = line.indexOf(':');
    if (colon < 1) {
      throw new PiImageError('source.malformed', `${this.#what} has a line that is no field: ${shown(line)}`);
    }
    const name = line.slice(0, colon).toLowerCase();
    this.#current = this.#wanted.has(name) ? name : undefined;
    // A field given twice may mean one thing here and another for apt.
    if (this.#fields.has(name)) {
      throw new PiImageError('source.malformed', `${this.#what} has the field ${shown(name)} twice`);
    }
    if (this.#current !== undefined) this.#fields.set(name, line.slice(colon + 1).trim());
    return undefined;
  }

  #finish(): Paragraph | undefined {
    const fields = this.#fields;
    this.#fields = new Map();
    this.#current = undefined;
    this.#size = 0;
    return fields.size > 0 ? fields : undefined;
  }
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}

function tooLong(what: string): PiImageError {
  return new PiImageError(
    'source.malformed',
    `${what} has an entry of more than ${longestParagraph} characters`,
  );
}

import fs from 'node:fs';

/** What came of one fault. */
export interface Outcome {
  readonly name: string;
  readonly injected: string;
  /** What the status said while the fault lasted, where it had to say something. */
  readonly told?: string;
  /** To the end of the first boot: from its beginning, or from when the fault was undone, or from power-on. */
  readonly seconds?: number;
  /** `done`, or what went wrong. */
  readonly state: string;
}

/** Outcomes by name, kept in a file if there is one, so that a run can go on where another one ended. */
export class Results {
  readonly #file: string | undefined;
  readonly #outcomes: Map<string, Outcome>;

  constructor(file?: string) {
    this.#file = file;
    const known = file !== undefined && fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '[]';
    this.#outcomes = new Map((JSON.parse(known) as Outcome[]).map((one) => [one.name, one]));
  }

  /** Whether this one has recovered in an earlier run; what has failed is tried again. */
  isDone(name: string): boolean {
    return this.#outcomes.get(name)?.state === 'done';
  }

  add(outcome: Outcome): void {
    this.#outcomes.set(outcome.name, outcome);
    if (this.#file === undefined) return;
    fs.writeFileSync(`${this.#file}.new`, `${JSON.stringify([...this.#outcomes.values()], undefined, 2)}\n`);
    fs.renameSync(`${this.#file}.new`, this.#file);
  }

  table(): string {
    const all = [...this.#outcomes.values()];
    // A row each says nothing where nothing was waited for.
    const looked = all.filter(({ seconds, state }) => seconds === undefined && state === 'done').length;
    const rows = all
      .filter(({ seconds, state }) => seconds !== undefined || state !== 'done')
      .map(({ name, injected, told = '', seconds, state }) =>
        [name, injected, told, seconds === undefined ? '' : String(Math.round(seconds)), state].map(cell),
      );
    const recovered = all.filter(({ state }) => state === 'done').length;
    return [
      '| fault | injected | the status said | seconds to recovered | final state |',
      '|---|---|---|---|---|',
      ...rows.map((row) => `| ${row.join(' | ')} |`),
      '',
      `${recovered - looked} of ${all.length - looked} recovered; ${looked} more cards were only looked at, and sound`,
    ].join('\n');
  }
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

import type { inspect } from 'node:util';

/** Where a secret is to be read from. Only `text` carries the secret itself. */
export type SecretSource =
  | { readonly file: string }
  | { readonly env: string }
  | { readonly stdin: true }
  | { readonly prompt: string }
  | { readonly text: string };

/** What is shown in place of what must not be. */
export const hiddenText = '(hidden)';

/** Without what editors and pastes add to a secret and nobody types: a byte order mark, line ends at the end. */
export function trimSecret(text: string): string {
  return text.replace(/^\ufeff/, '').replace(/[\r\n]+$/, '');
}
const inspectSymbol: typeof inspect.custom = Symbol.for(
  'nodejs.util.inspect.custom',
) as typeof inspect.custom;

/**
 * A password or pass phrase that prints as `(hidden)` wherever it is logged, interpolated or serialised.
 * It is filled once, before planning; `reveal()` is the only way out.
 */
export class Secret {
  readonly source: SecretSource;
  #text: string | undefined;

  constructor(source: SecretSource) {
    this.source = source;
    this.#text = 'text' in source ? source.text : undefined;
    if ('text' in source) this.source = { text: hiddenText };
  }

  static of(text: string): Secret {
    return new Secret({ text });
  }

  get filled(): boolean {
    return this.#text !== undefined;
  }

  fill(text: string): void {
    this.#text = text;
  }

  reveal(): string {
    if (this.#text === undefined) throw new Error('a secret was used before it was read');
    return this.#text;
  }

  toString(): string {
    return hiddenText;
  }

  toJSON(): string {
    return hiddenText;
  }

  [inspectSymbol](): string {
    return hiddenText;
  }
}

import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import { keyfileString, oneLine, shellWord, systemdText, systemdWord } from './quote.ts';

/** Where the package keeps its templates; the one thing that `content/` reads. */
const folder = new URL('../../templates/', import.meta.url);

const handlebars = Handlebars.create();

/** Each value says how it is quoted: `{{sh path}}`. A bare `{{value}}` goes in as it is. */
const helpers = {
  sh: (value: unknown) => shellWord(String(value)),
  systemd: (value: unknown) => systemdText(String(value)),
  systemdWord: (value: unknown) => systemdWord(String(value)),
  keyfile: (value: unknown) => keyfileString(String(value)),
  line: (value: unknown) => oneLine(String(value)),
};
for (const [name, helper] of Object.entries(helpers)) handlebars.registerHelper(name, helper);

const knownHelpers = Object.fromEntries(Object.keys(helpers).map((name) => [name, true]));
const compiled = new Map<string, (data: object) => string>();

/**
 * Fills the template `templates/<name>.hbs`: `rootfs/etc/foo` for the file that becomes /etc/foo.
 * Read on first use. A value that the template names and `data` lacks is an error, never an empty string.
 */
export function render(name: string, data: object): string {
  const template = compiled.get(name) ?? compile(readFileSync(new URL(`${name}.hbs`, folder), 'utf8'));
  compiled.set(name, template);
  return template(data);
}

/** As `render`, with the text of the template instead of its name. */
export function compile(text: string): (data: object) => string {
  return handlebars.compile(text.replaceAll('\r\n', '\n'), {
    noEscape: true,
    strict: true,
    knownHelpersOnly: true,
    knownHelpers,
  });
}

// Writes what is derived from the code: schema.json, manifest.schema.json, the tables of README.md, docs/events.md, docs/lint.md,
// docs/status.md and the manual page.
// `--check` writes nothing and fails when any of them is stale; test/guards/generated.test.ts does the same.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { eventsPage } from './generate/events-page.ts';
import { jsonSchema } from './generate/json-schema.ts';
import { lintPage } from './generate/lint-page.ts';
import { manPage } from './generate/man-page.ts';
import { manifestJsonSchema } from './generate/manifest-schema.ts';
import { statusPage } from './generate/status-page.ts';
import { optionsTable, settingsTable } from './generate/tables.ts';

const root = path.resolve(import.meta.dirname, '..');

/** Every generated file by its path, as it should be now. */
export function generatedFiles(): Readonly<Record<string, string>> {
  let readme = readFileSync(path.join(root, 'README.md'), 'utf8');
  readme = replaceSection(readme, 'options', optionsTable());
  readme = replaceSection(readme, 'settings', settingsTable());
  return {
    'schema.json': jsonSchema(),
    'manifest.schema.json': manifestJsonSchema(),
    'README.md': readme,
    'docs/events.md': eventsPage(),
    'docs/lint.md': lintPage(),
    'docs/status.md': statusPage(),
    'man/pi-image.1': manPage(),
  };
}

function replaceSection(text: string, name: string, body: string): string {
  const start = `<!-- generated: ${name} -->`;
  const end = '<!-- /generated -->';
  const from = text.indexOf(start);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`README.md has no section "${name}"`);
  return `${text.slice(0, from + start.length)}\n\n${body.trim()}\n\n${text.slice(to)}`;
}

if (process.argv[1] === import.meta.filename) {
  const check = process.argv.includes('--check');
  for (const [name, text] of Object.entries(generatedFiles())) {
    const file = path.join(root, name);
    const current = readFileSync(file, { encoding: 'utf8', flag: 'a+' });
    if (current === text) continue;
    if (check) {
      console.error(`${name} is stale: run \`npm run generate\``);
      process.exitCode = 1;
    } else {
      writeFileSync(file, text);
      console.log(`wrote ${name}`);
    }
  }
}

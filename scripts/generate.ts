// Writes what is derived from the code: schema.json, manifest.schema.json, the tables of README.md, docs/events.md,
// docs/lint.md, docs/status.md, the manual page, and the built action.
// `--check` writes nothing and fails when any of them is stale; test/guards/generated.test.ts does the same.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { actionBundle } from './generate/action-bundle.ts';
import { actionInputsTable, actionMetadata, actionOutputsTable } from './generate/action-metadata.ts';
import { eventsPage } from './generate/events-page.ts';
import { jsonSchema } from './generate/json-schema.ts';
import { lintPage } from './generate/lint-page.ts';
import { manPage } from './generate/man-page.ts';
import { manifestJsonSchema } from './generate/manifest-schema.ts';
import { statusPage } from './generate/status-page.ts';
import { optionsTable, settingsTable } from './generate/tables.ts';

const root = path.resolve(import.meta.dirname, '..');

/** Every generated text by its path, as it should be now. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    'schema.json': jsonSchema(),
    'manifest.schema.json': manifestJsonSchema(),
    'action.yml': actionMetadata(),
    ...withSections('README.md', { options: optionsTable(), settings: settingsTable() }),
    ...withSections('docs/github-action.md', {
      inputs: actionInputsTable(),
      outputs: actionOutputsTable(),
    }),
    'docs/events.md': eventsPage(),
    'docs/lint.md': lintPage(),
    'docs/status.md': statusPage(),
    'man/pi-image.1': manPage(),
  };
}

function withSections(name: string, sections: Readonly<Record<string, string>>): Record<string, string> {
  let text = readFileSync(path.join(root, name), 'utf8');
  for (const [section, body] of Object.entries(sections)) text = replaceSection(text, section, body);
  return { [name]: text };
}

function replaceSection(text: string, name: string, body: string): string {
  const start = `<!-- generated: ${name} -->`;
  const end = '<!-- /generated -->';
  const from = text.indexOf(start);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`there is no section "${name}" to replace`);
  return `${text.slice(0, from + start.length)}\n\n${body.trim()}\n\n${text.slice(to)}`;
}

if (process.argv[1] === import.meta.filename) {
  const check = process.argv.includes('--check');
  for (const [name, content] of Object.entries({ ...generatedFiles(), ...(await actionBundle()) })) {
    const file = path.join(root, name);
    if (!check) mkdirSync(path.dirname(file), { recursive: true });
    if (contentOf(file)?.equals(Buffer.from(content))) continue;
    if (check) {
      console.error(`${name} is stale: run \`npm run generate\``);
      process.exitCode = 1;
    } else {
      writeFileSync(file, content);
      console.log(`wrote ${name}`);
    }
  }
}

function contentOf(file: string): Buffer | undefined {
  return existsSync(file) ? readFileSync(file) : undefined;
}

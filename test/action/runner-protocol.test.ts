import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { annotationsOf } from '../../src/action/annotations.ts';
import { environmentFileEntries } from '../../src/action/environment-file.ts';
import { runnerLog } from '../../src/action/runner-log.ts';
import { commandLine } from '../../src/action/workflow-command.ts';
import { PiImageError } from '../../src/model/errors.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'pi-image-protocol-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hostile = [
  'plain',
  'a,b:c%d\r\nsecond::error::x',
  '::set-output name=x::y',
  '100 %0A %25',
  'ghadelimiter_0\nimage-path<<x',
  ' €🙂 ',
];

/** What GitHub's own toolkit writes. */
async function toolkit(code: string): Promise<string> {
  const { stdout } = await execa(
    process.execPath,
    ['--input-type=module', '--eval', `import * as core from '@actions/core';\n${code}`],
    { env: { GITHUB_OUTPUT: '' } },
  );
  return stdout;
}

describe('workflow commands', () => {
  it('are those of the official toolkit, whatever they hold', async () => {
    const lines = hostile.flatMap((text) => [
      commandLine({
        name: 'error',
        message: text,
        properties: { title: text, file: text, line: 3, endLine: 3, col: 5, endColumn: 9 },
      }),
      commandLine({ name: 'warning', message: text }),
      commandLine({ name: 'add-mask', message: text }),
    ]);
    const theirs = await toolkit(`
      for (const text of ${JSON.stringify(hostile)}) {
        core.error(text, { title: text, file: text, startLine: 3, endLine: 3, startColumn: 5, endColumn: 9 });
        core.warning(text);
        core.setSecret(text);
      }`);
    expect(lines.join('\n')).toBe(theirs);
  });

  it('are one line each, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (message, title) => {
        const line = commandLine({ name: 'error', message, properties: { title } });
        expect(line).not.toMatch(/[\r\n]/);
        expect(line.startsWith('::error title=')).toBe(true);
      }),
    );
  });
});

describe('environment files', () => {
  it('have the form that the official toolkit writes', async () => {
    const theirs = path.join(folder, 'theirs');
    writeFileSync(theirs, '');
    const values = Object.fromEntries(hostile.map((text, index) => [`output-${index}`, text]));
    await execa(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `import * as core from '@actions/core';
         for (const [name, value] of Object.entries(${JSON.stringify(values)})) core.setOutput(name, value);`,
      ],
      { env: { GITHUB_OUTPUT: theirs } },
    );
    const same = (text: string) =>
      text.replaceAll(/ghadelimiter_[\da-f-]{36}/g, 'END').replaceAll('\r\n', '\n');
    expect(same(environmentFileEntries(values))).toBe(same(readFileSync(theirs, 'utf8')));
  });

  it('use a delimiter once, and refuse a value that holds it', () => {
    const text = environmentFileEntries({ a: '1', b: '2' });
    const delimiters = [...text.matchAll(/<<(.+)/g)].map(([, end]) => end);
    expect(new Set(delimiters).size).toBe(2);
    expect(() => environmentFileEntries({ a: 'x\nEND\nb<<y' }, () => 'END')).toThrow('holds its delimiter');
  });
});

describe('the log', () => {
  const logged = (use: (log: ReturnType<typeof runnerLog>) => void): string[] => {
    let text = '';
    use(runnerLog((piece) => (text += piece)));
    return text.split('\n').slice(0, -1);
  };

  it('lets the runner obey nothing that is only printed', () => {
    const lines = logged((log) => {
      log.print('::error::from an image');
      log.print('##[error]from an image');
      log.command({ name: 'warning', message: 'ours' });
      log.print('::add-mask::e');
    });
    const token = /^::stop-commands::([\da-f-]{36})$/.exec(lines[0] ?? '')?.[1];
    expect(lines).toEqual([
      `::stop-commands::${token}`,
      '::error::from an image',
      '##[error]from an image',
      `::${token}::`,
      '::warning::ours',
      `::stop-commands::${token}`,
      '::add-mask::e',
    ]);
  });

  it('masks a secret and each of its lines once, and hides it in all that follows', () => {
    const lines = logged((log) => {
      log.mask('first % line\nsecond line');
      log.mask('second line');
      log.command({ name: 'error', message: 'it was "first % line"' });
      log.print('second line');
    });
    expect(lines.slice(0, 3)).toEqual([
      '::add-mask::first %25 line%0Asecond line',
      '::add-mask::first %25 line',
      '::add-mask::second line',
    ]);
    expect(lines.slice(3).join('\n')).not.toMatch(/first|second/);
    expect(lines[3]).toBe('::error::it was "(hidden)"');
  });
});

describe('annotations', () => {
  const workspace = path.resolve('/workspace');

  it('stand at the place of each fault, in a path of the repository', () => {
    const place = { line: 3, column: 5, length: 4, source: 'x' };
    const error = new PiImageError('spec.invalid', '2 settings are not valid', {
      help: 'see the docs',
      problems: [
        {
          message: 'wrong',
          path: 'wifi.country',
          at: { file: path.join(workspace, 'pi', 'a.yaml'), ...place },
        },
        { message: 'missing', help: 'add it', at: { file: 'b.yaml', ...place } },
        { message: 'no place' },
      ],
    });
    const title = 'pi-image: spec.invalid';
    const at = { line: 3, col: 5, endColumn: 9 };
    expect(annotationsOf(error, workspace)).toEqual([
      {
        name: 'error',
        message: 'wifi.country: wrong\nsee the docs',
        properties: { file: 'pi/a.yaml', ...at, title },
      },
      { name: 'error', message: 'missing\nadd it', properties: { file: 'b.yaml', ...at, title } },
      { name: 'error', message: 'no place\nsee the docs', properties: { title } },
    ]);
  });

  it('tell an error without places once', () => {
    const error = new PiImageError('source.offline', 'not here', { help: 'go online' });
    expect(annotationsOf(error, workspace)).toEqual([
      { name: 'error', message: 'not here\ngo online', properties: { title: 'pi-image: source.offline' } },
    ]);
  });
});

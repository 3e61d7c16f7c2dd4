import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { jsonRenderer } from '../../../src/cli/ui/json.ts';
import { noPaint } from '../../../src/cli/ui/paint.ts';
import { plainRenderer } from '../../../src/cli/ui/plain.ts';
import { hide, redact } from '../../../src/cli/ui/redact.ts';
import { terminalRenderer } from '../../../src/cli/ui/terminal.ts';
import type { BuildEvent } from '../../../src/model/events.ts';

const events: readonly BuildEvent[] = [
  { code: 'stage.started', stage: 'download', subject: 'raspbian-buster', total: 2000 },
  { code: 'stage.progress', stage: 'download', done: 1000 },
  { code: 'advice', level: 'warning', id: 'wifi.no-country', message: 'no country', help: 'set one' },
  { code: 'stage.finished', stage: 'download', bytes: 2000, milliseconds: 1500 },
];

function capture(columns = 100) {
  const stream = Object.assign(new PassThrough(), { columns, isTTY: false }) as unknown as NodeJS.WriteStream;
  return { stream, text: () => String((stream as unknown as PassThrough).read() ?? '') };
}

describe('plainRenderer', () => {
  it('prints lines that never move', () => {
    const lines: string[] = [];
    const renderer = plainRenderer((line) => lines.push(line), { paint: noPaint, verbose: false });
    for (const event of events) renderer.event(event);
    expect(lines).toEqual([
      'Downloading raspbian-buster',
      'warning[wifi.no-country]: no country\n  help: set one',
    ]);
  });
});

describe('terminalRenderer', () => {
  it('keeps one line moving below the sentences', () => {
    const { stream, text } = capture();
    const renderer = terminalRenderer(stream, { verbose: false });
    for (const event of events) renderer.event(event);
    renderer.close();
    const shown = text();
    expect(shown).toContain('Downloading raspbian-buster');
    expect(shown).toContain('warning[wifi.no-country]: no country');
    expect(shown.split('\n').filter((line) => line.includes('✓'))).toHaveLength(1);
    expect(shown.endsWith('\n')).toBe(true);
  });

  it('fits the terminal', () => {
    const { stream, text } = capture(40);
    const renderer = terminalRenderer(stream, { verbose: false });
    renderer.event({ code: 'stage.started', stage: 'download', subject: 'x'.repeat(200), total: 10 });
    expect(text().replace('\r\u001b[2K', '').length).toBeLessThan(40);
  });
});

describe('jsonRenderer', () => {
  it('prints one object a line', () => {
    const lines: string[] = [];
    const renderer = jsonRenderer((line) => lines.push(line));
    for (const event of events) renderer.event(event);
    expect(lines.map((line) => JSON.parse(line) as BuildEvent)).toEqual(events);
  });
});

describe('redact', () => {
  it('hides what was hidden, in JSON too', () => {
    hide('corr"ect horse');
    expect(redact('it is corr"ect horse.')).toBe('it is (hidden).');
    expect(redact(JSON.stringify({ it: 'corr"ect horse' }))).toBe('{"it":"(hidden)"}');
  });
});

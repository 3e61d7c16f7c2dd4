import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyChange } from '../../src/content/change.ts';
import { PiImageError } from '../../src/model/errors.ts';
import type { TextChange } from '../../src/model/text-change.ts';

const key = fc.stringMatching(/^[a-z_]{1,6}$/);
const value = fc.stringMatching(/^[ -~]{0,8}$/);
const name = fc.constantFrom('pi', 'pi-lot', 'anna', 'root', 'p', 'i');
const words = fc.array(
  fc.constantFrom('quiet', 'a=1', 'a=2', 'console=tty1', 'console=ttyAMA0', 'root=x', 'init=/x'),
);

const changes: Record<TextChange['op'], fc.Arbitrary<TextChange>> = {
  'ensure-lines': fc.record(
    {
      op: fc.constant('ensure-lines' as const),
      lines: fc.array(value),
      style: fc.constant('config.txt' as const),
      at: fc.constant('start' as const),
    },
    { requiredKeys: ['op', 'lines'] },
  ),
  set: fc.record(
    {
      op: fc.constant('set' as const),
      style: fc.constantFrom('config.txt', 'sshd', 'ini', 'shell'),
      section: fc.constantFrom('all', 'Seat:*'),
      values: fc.dictionary(key, value),
    },
    { requiredKeys: ['op', 'style', 'values'] },
  ),
  words: fc.record({ op: fc.constant('words' as const), add: words, remove: words }),
  'replace-line': fc
    .tuple(key, value)
    .map(([where, rest]) => ({ op: 'replace-line' as const, where, line: `${where} ${rest}` })),
  'replace-text': fc.record(
    {
      op: fc.constant('replace-text' as const),
      from: fc.oneof(name, fc.stringMatching(/^[ab ]{0,3}$/)),
      to: fc.oneof(name, fc.stringMatching(/^[ab ]{0,4}$/)),
      word: fc.constant(true as const),
    },
    { requiredKeys: ['op', 'from', 'to'] },
  ),
  'set-record': fc.record({
    op: fc.constant('set-record' as const),
    key: name,
    fields: fc.dictionary(fc.constantFrom('1', '2', '5'), fc.stringMatching(/^[a-z$]{0,4}$/)),
  }),
  'rename-record': fc.record(
    { op: fc.constant('rename-record' as const), from: name, to: name, members: fc.constant(true as const) },
    { requiredKeys: ['op', 'from', 'to'] },
  ),
  'set-members': fc.record({ op: fc.constant('set-members' as const), key: name, add: fc.array(name) }),
  'set-interface': fc.record({
    op: fc.constant('set-interface' as const),
    name: fc.constantFrom('eth0', 'wlan0'),
    values: fc.dictionary(key, value),
  }),
};

const line = fc.oneof(
  value,
  fc.constantFrom(
    '[all]',
    '[pi4]',
    '[Seat:*]',
    '',
    '# a comment',
    '#pi=1',
    'Match User pi',
    'interface eth0',
    'interface wlan0',
    'static x=1',
    'profile eth0',
    'pi:x:1000:pi,anna',
    'anna:x:4:pi',
  ),
  // As often as all the rest, or changes of records would seldom find one.
  ...Array.from({ length: 4 }, () =>
    fc.tuple(name, fc.array(name)).map(([record, members]) => `${record}:x:7:${members.join(',')}`),
  ),
  fc.tuple(key, value).map(([k, v]) => `${k}=${v}`),
  fc.tuple(key, value).map(([k, v]) => `${k} ${v}`),
);
const end = fc.constantFrom('\n', '\n', '\n', '\r\n');
const text = fc.tuple(fc.array(fc.tuple(line, end)), fc.boolean()).map(([lines, ended]) => {
  const all = lines.map(([one, stop]) => one + stop).join('');
  return ended ? all : all.replace(/[\r\n]+$/, '');
});

/** The changed text, or undefined where the change is refused for a reason that a person can act on. */
function attempt(before: string, change: TextChange): string | undefined {
  try {
    return applyChange(before, change);
  } catch (error) {
    if (PiImageError.is(error)) return undefined;
    throw error;
  }
}

describe.each(Object.keys(changes) as TextChange['op'][])('%s', (op) => {
  it('done twice is the same as done once', () => {
    let changed = 0;
    fc.assert(
      fc.property(text, changes[op], (before, change) => {
        const once = attempt(before, change);
        if (once === undefined) return;
        if (once !== before) changed += 1;
        expect(applyChange(once, change)).toBe(once);
      }),
      { numRuns: 400 },
    );
    expect(changed).toBeGreaterThan(10);
  });

  it('keeps whether the last line is ended', () => {
    fc.assert(
      fc.property(text, changes[op], (before, change) => {
        const after = attempt(before, change);
        if (after === undefined || after === '' || before.trim() === '') return;
        if (op !== 'replace-text') expect(after.endsWith('\n')).toBe(before.endsWith('\n'));
      }),
      { numRuns: 200 },
    );
  });
});

it('never puts a line break into a file through a value', () => {
  const bad = 'x\nevil=1';
  const all: TextChange[] = [
    { op: 'ensure-lines', lines: [bad] },
    { op: 'set', style: 'ini', values: { a: bad } },
    { op: 'words', add: [bad] },
    { op: 'replace-line', where: 'x', line: bad },
    { op: 'set-record', key: 'pi', fields: { 1: bad } },
    { op: 'rename-record', from: 'pi', to: bad },
    { op: 'set-members', key: 'pi', add: [bad] },
    { op: 'set-interface', name: 'eth0', values: { x: bad } },
  ];
  for (const change of all) expect(() => applyChange('pi:x:1:\n', change)).toThrow(PiImageError);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeStatus } from '../../src/cli/commands/status-text.ts';
import { noPaint } from '../../src/cli/ui/paint.ts';
import { type FirstBootStatus, parseFirstBootStatus } from '../../src/content/first-boot-status.ts';
import { PiImageError } from '../../src/model/errors.ts';
import { FirstBootRoot, step } from '../fixtures/first-boot-root.ts';
import { hasTool } from '../fixtures/judge.ts';

const parse = (value: unknown) => parseFirstBootStatus('x', Buffer.from(JSON.stringify(value)));
const status: FirstBootStatus = {
  version: 1,
  state: 'retrying',
  message: 'some steps failed and will be tried again',
  updated: '2026-11-25T10:00:00Z',
  clockIsSet: true,
  nextTryInSeconds: 120,
  steps: [
    { name: 'locale', title: 'Make locales', state: 'done', attempts: 1, message: '' },
    {
      name: 'docker',
      title: 'Install Docker',
      state: 'failed',
      attempts: 3,
      message: 'the package lists cannot be fetched',
    },
    {
      name: 'script',
      title: 'Run install.sh',
      state: 'waiting',
      attempts: 0,
      message: 'runs when the steps before it are done',
    },
  ],
};

describe('parseFirstBootStatus', () => {
  it.skipIf(!hasTool('flock'))('reads what the runner writes', async () => {
    const root = new FirstBootRoot([step('one', 'true'), step('two', ':')]);
    expect((await root.run()).code).toBe(0);
    const bytes = Buffer.from(root.read('/boot/pi-image/status.json'));
    expect(parseFirstBootStatus('x', bytes)).toMatchObject({
      state: 'done',
      steps: [{ state: 'done' }, { state: 'done' }],
    });
  });

  it('does not mind fields that are new', () => {
    expect(parse({ ...status, board: 'Pi 4', steps: [{ ...status.steps[0], seconds: 3 }] })).toMatchObject({
      state: 'retrying',
    });
  });

  it.each<[string, unknown, RegExp]>([
    ['a newer format', { ...status, version: 2 }, /newer pi-image \(format 2\)/],
    ['no object', [], /no status of a first boot/],
    ['a state that there is not', { ...status, state: 'fine' }, /x is no status of a first boot: state: /],
    ['a step that is none', { ...status, steps: [{}] }, /steps\.0\.name/],
    ['a long text', { ...status, message: 'x'.repeat(1001) }, /message/],
    ['many steps', { ...status, steps: Array.from({ length: 201 }, () => status.steps[0]) }, /steps/],
    ['huge numbers', { ...status, nextTryInSeconds: 1e300 }, /nextTryInSeconds/],
  ])('refuses %s', (_what, value, message) => expect(() => parse(value)).toThrow(message));

  it('refuses whatever a broken card gives', () => {
    expect(() => parseFirstBootStatus('x', Buffer.alloc(4096))).toThrow(/it is empty/);
    expect(() => parseFirstBootStatus('x', Buffer.alloc(2 ** 20, ' '))).toThrow(/longer than/);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => parseFirstBootStatus('x', bytes)).toThrow(PiImageError);
      }),
    );
  });
});

describe('describeStatus', () => {
  it('says how it stands, and why', () => {
    expect(
      describeStatus(status, noPaint),
    ).toBe(`retrying: some steps failed and will be tried again; next try in 2 min 0 s
written 2026-11-25T10:00:00Z
✓ Make locales
✗ Install Docker (tried 3 times)
  failed: the package lists cannot be fetched
… Run install.sh
  waiting: runs when the steps before it are done
`);
    expect(describeStatus({ ...status, clockIsSet: false }, noPaint)).toContain(
      'by a clock that was not set',
    );
  });

  it('lets no terminal obey it', () => {
    const evil = '\u001b]0;pwned\u0007\u001b[2J\u202e';
    const text = describeStatus(
      {
        ...status,
        message: `${evil}\nforged: line`,
        updated: evil,
        steps: [{ ...status.steps[0]!, title: evil, message: `${evil}\n✓ forged` }],
      },
      noPaint,
    );
    for (const character of ['\u001b', '\u0007', '\u202e']) expect(text).not.toContain(character);
    expect(text.trimEnd().split('\n')).toHaveLength(4);
  });
});

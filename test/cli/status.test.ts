import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runFind } from '../../src/cli/commands/find.ts';
import { runStatus } from '../../src/cli/commands/status.ts';
import { judge } from '../fixtures/judge.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

const directory = temporaryDirectory();
const main = path.resolve(import.meta.dirname, '../../src/cli/main.ts');
const context = { signal: new AbortController().signal };
const node = [process.execPath, '--import', 'tsx', main];
const status = {
  version: 1,
  state: 'done',
  message: 'everything is done',
  updated: '2026-11-25T10:00:00Z',
  clockIsSet: true,
  nextTryInSeconds: null,
  steps: [{ name: 'docker', title: 'Install Docker', state: 'done', attempts: 1, message: '' }],
};

const run = (command: readonly string[]) => {
  const [program = '', ...args] = command;
  return spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
};

describe('pi-image status', () => {
  const card = (file: string, text: string): string => {
    const folder = mkdtempSync(path.join(directory, 'card-'));
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
    return folder;
  };

  it('reads the boot partition of a card', () => {
    const { stdout, stderr } = run([...node, 'status', card('pi-image/status.json', JSON.stringify(status))]);
    expect(stdout, stderr).toBe('done: everything is done\nwritten 2026-11-25T10:00:00Z\n✓ Install Docker\n');
  });

  it('reads the root partition, and the file itself', () => {
    const folder = card('boot/firmware/pi-image/status.json', JSON.stringify(status));
    for (const where of [folder, path.join(folder, 'boot/firmware/pi-image/status.json')]) {
      expect(JSON.parse(run([...node, 'status', where, '--json']).stdout)).toEqual(status);
    }
  });

  it.each<[string, string, string, RegExp]>([
    ['other.json', '{}', 'image.not-found', /no pi-image\/status\.json in/],
    [
      'pi-image/status.json',
      '{',
      'image.damaged',
      /status\.json is no status of a first boot: it is not JSON/,
    ],
    ['pi-image/status.json', ' '.repeat(2 ** 20), 'image.damaged', /longer than 262144 bytes/],
    ['pi-image/status.json/file', '', 'image.damaged', /cannot be read/],
  ])('says what is wrong with %s %#', async (file, text, code, message) => {
    await expect(runStatus(card(file, text), {}, context)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });
});

describe('pi-image find', () => {
  it.each([
    [{ timeout: 'soon' }],
    [{ timeout: '0' }],
    [{ timeout: '1e9' }],
    [{ wait: 'a b' }],
    [{ wait: 'kitchen', user: 'pi;rm' }],
  ])('%j is wrong usage', async (flags) => {
    await expect(runFind({ user: 'pi', ...flags }, context)).rejects.toMatchObject({ code: 'usage.invalid' });
  });

  // Never in the network of this machine: what is in there is not ours to ask.
  it.skipIf(judge('unshare', ['-n', 'true'])?.status !== 0)('needs a network', () => {
    const { status: code, stderr } = run(['unshare', '-n', ...node, 'find', '--timeout', '1']);
    expect([code, stderr]).toEqual([4, expect.stringMatching(/this computer is in no network/)]);
  });
});

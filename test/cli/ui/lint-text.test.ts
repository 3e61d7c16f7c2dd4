import { describe, expect, it } from 'vitest';
import { countFindings, describeFindings, describeMended } from '../../../src/cli/ui/lint-text.ts';
import { noPaint } from '../../../src/cli/ui/paint.ts';
import type { LintFinding } from '../../../src/lint/lint-image.ts';

const finding = (change: Partial<LintFinding>): LintFinding => ({
  rule: 'ssh-host-keys',
  level: 'error',
  path: '/etc/ssh/ssh_host_rsa_key',
  message: 'a private host key is in the image',
  help: 'delete the keys',
  ...change,
});

describe('describeFindings', () => {
  it('names level, rule, place, fault and remedy, and says the same remedy once', () => {
    const findings = [
      finding({}),
      finding({ path: '/etc/ssh/ssh_host_ed25519_key' }),
      finding({
        rule: 'hostname',
        level: 'warning',
        path: '/etc/hostname',
        line: 1,
        message: 'no name',
        help: 'x',
      }),
    ];
    expect(describeFindings(findings, noPaint)).toMatchInlineSnapshot(`
      "error[ssh-host-keys]: /etc/ssh/ssh_host_rsa_key: a private host key is in the image
      error[ssh-host-keys]: /etc/ssh/ssh_host_ed25519_key: a private host key is in the image
        help: delete the keys
      warning[hostname]: /etc/hostname:1: no name
        help: x
      "
    `);
  });

  it('keeps a hostile image from driving the terminal', () => {
    const text = describeFindings(
      [finding({ path: '/home/\u001b[2J', message: 'a\u202eb', help: 'c\u0007' })],
      noPaint,
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(text).not.toMatch(/[\u001b\u202e\u0007]/);
  });
});

describe('countFindings', () => {
  it.each([
    [{ error: 0, warning: 0, note: 0 }, ''],
    [{ error: 1, warning: 2, note: 0 }, '1 error, 2 warnings'],
    [{ error: 0, warning: 0, note: 1 }, '1 note'],
  ])('%j: %s', (counts, text) => {
    expect(countFindings({ counts })).toBe(text);
  });
});

describe('describeMended', () => {
  it('lists what was done, by which rule', () => {
    const edit = { kind: 'file', size: 1, mode: 0o644, uid: 0, gid: 0 } as const;
    const edits = [
      { ...edit, path: '/boot/cmdline.txt', from: ['text-format', 'init-first'], action: 'changed' as const },
      { ...edit, path: '/boot/a.txt', to: '/boot/a', from: ['look-alike'], action: 'moved' as const },
      { ...edit, path: '/etc/hosts', from: ['hosts-hostname'], action: 'unchanged' as const },
    ];
    expect(describeMended({ path: 'out.img', edits }, noPaint)).toMatchInlineSnapshot(`
      "changed  /boot/cmdline.txt  text-format, init-first
      moved    /boot/a.txt → /boot/a  look-alike
      Mended 2 paths; the image is out.img
      "
    `);
  });
});

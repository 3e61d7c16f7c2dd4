import { describe, expect, it } from 'vitest';
import { describeEntry, describeTable, summarize } from '../../../src/cli/ui/diff-text.ts';
import { noPaint } from '../../../src/cli/ui/paint.ts';
import type { EntryDifference, EntryState } from '../../../src/diff/image-diff.ts';

const options = { names: { before: 'stock.img', after: 'mine.img' }, paint: noPaint, brief: false };
const state = (change: Partial<EntryState> = {}): EntryState => ({
  kind: 'file',
  size: 12,
  mode: 0o644,
  uid: 0,
  gid: 0,
  ...change,
});
const changed = (before: EntryState, after: EntryState, content?: EntryDifference['content']) =>
  describeEntry({ path: '/etc/x', change: 'changed', before, after, ...(content && { content }) }, options);

describe('describeEntry', () => {
  it('says on which side something is', () => {
    const after = state({ mode: 0o600, uid: 1000, gid: 1000 });
    expect(describeEntry({ path: '/etc/x', change: 'added', after }, options)).toBe(
      'Only in mine.img: /etc/x (-rw------- 1000:1000, 12 B)\n',
    );
    const before = state({ kind: 'link', target: '/dev/null' });
    expect(describeEntry({ path: '/etc/x', change: 'removed', before }, options)).toBe(
      'Only in stock.img: /etc/x (link to /dev/null)\n',
    );
  });

  it('shows text as diff -u does, below what else changed', () => {
    const text = changed(state(), state({ mode: 0o600, gid: 42 }), {
      kind: 'text',
      patch: '@@ -1 +1 @@\n-raspberrypi\n+kitchen\n',
    });
    expect(text).toMatchInlineSnapshot(`
      "/etc/x: mode 0644 → 0600, owner 0:0 → 0:42
      --- a/etc/x
      +++ b/etc/x
      @@ -1 +1 @@
      -raspberrypi
      +kitchen
      "
    `);
  });

  it('shows sizes and digests of what is no text, and neither of what is secret', () => {
    expect(changed(state(), state({ size: 13 }), { kind: 'binary', before: 'aa', after: 'bb' })).toBe(
      'Binary files a/etc/x and b/etc/x differ\n-sha256 aa (12 bytes)\n+sha256 bb (13 bytes)\n',
    );
    expect(changed(state(), state(), { kind: 'hidden' })).toContain('--show-secrets');
  });

  it('tells other kinds, targets, times and attributes', () => {
    const link = state({ kind: 'link', target: '/a' });
    expect(changed(link, state({ kind: 'link', target: '/b' }))).toBe('/etc/x: link /a → /b\n');
    expect(changed(state(), state({ kind: 'directory', size: 0 }))).toBe('/etc/x: file → directory\n');
    expect(changed(state({ mtime: 0 }), state({ mtime: 86400 }))).toBe(
      '/etc/x: time 1970-01-01T00:00:00 → 1970-01-02T00:00:00\n',
    );
    const capable = state({ attributes: { 'security.capability': '01' } });
    expect(changed(state(), capable)).toBe('/etc/x: attributes (none) → security.capability\n');
    expect(changed(capable, state({ attributes: { 'security.capability': '02' } }))).toBe(
      '/etc/x: other values of its attributes\n',
    );
  });

  it('says no more than that files differ when asked to be brief', () => {
    const content = { kind: 'text', patch: '@@ -1 +1 @@\n' } as const;
    const entry = { path: '/etc/x', change: 'changed', before: state(), after: state(), content } as const;
    expect(describeEntry(entry, { ...options, brief: true })).toBe('Files a/etc/x and b/etc/x differ\n');
  });

  it('keeps names and contents from driving the terminal, but leaves tabs', () => {
    const text = describeEntry(
      {
        path: '/etc/\u001b]0;x\u0007',
        change: 'changed',
        before: state(),
        after: state({ kind: 'link', target: '\u009b31m' }),
        content: { kind: 'text', patch: '@@ -1 +1 @@\n-a\tb\n+\u001b[2J\r\n' },
      },
      options,
    );
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(text).not.toMatch(/[\u001b\u0007\u009b\r]/);
    expect(text).toContain('-a\tb');
  });
});

describe('describeTable', () => {
  it('names what is not the same', () => {
    const table = [
      { subject: 'disk id', before: 'aa', after: 'bb' },
      { subject: 'partition 3 size', after: '1 bytes' },
    ];
    expect(describeTable(table, noPaint)).toBe('disk id: aa → bb\npartition 3 size: (none) → 1 bytes\n');
  });
});

describe('summarize', () => {
  it('counts', () => {
    expect(summarize(0, { added: 1, removed: 0, changed: 2 })).toBe('1 added, 0 removed, 2 changed');
    expect(summarize(2, { added: 0, removed: 0, changed: 0 })).toMatch(/^another partition table; /);
  });
});

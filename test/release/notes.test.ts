import { describe, expect, it } from 'vitest';
import type { EntryDifference, EntryState, ImageDiff } from '../../src/diff/image-diff.ts';
import { releaseNotes } from '../../src/release/notes.ts';
import { digest, madeManifest } from './made-manifest.ts';

const state: EntryState = { kind: 'file', size: 8, mode: 0o100644, uid: 0, gid: 5 };
const changed = (path: string, patch: string): EntryDifference => ({
  ...{ path, change: 'changed', before: state, after: state },
  content: { kind: 'text', patch },
});
const notes = (entries: readonly EntryDifference[], table: ImageDiff['table'] = []): string =>
  releaseNotes({
    manifest: madeManifest,
    system: 'Raspbian GNU/Linux 10 (buster)',
    diff: { same: entries.length + table.length === 0, table, entries },
  });

describe('releaseNotes', () => {
  it('say what it is, how to check it, and what differs from the base', () => {
    const text = notes(
      [
        changed('/etc/hostname', '@@ -1 +1 @@\n-raspberrypi\n+kitchen\n'),
        { path: '/etc/link', change: 'added', after: { ...state, kind: 'link', target: '/x' } },
        { path: '/etc/gone', change: 'removed', before: { ...state, kind: 'directory', size: 0 } },
      ],
      [{ subject: 'partition 2 size', before: '1', after: '2' }],
    );
    for (const { name, size, sha256 } of madeManifest.outputs) {
      expect(text).toContain(`| \`${name}\` | ${size} | \`${sha256}\` |`);
    }
    expect(text).toContain(digest('c'));
    expect(text).toContain('pi-image reproduce manifest.json --secret user.password=FILE');
    expect(text).toContain('`kitchen.sha256` and `kitchen.manifest.json`');
    expect(text).toContain('1 paths added, 1 changed, 1 removed');
    expect(text).toContain('| changed | `/etc/hostname` | 0644 0:5 8 | hostname |');
    expect(text).toContain('| added | `/etc/link` | → `/x` |  |');
    expect(text).toContain('| removed | `/etc/gone` | 0644 0:5 directory |  |');
    expect(text).toContain('partition 2 size: 1 → 2');
    expect(text).toContain(
      '```diff\n--- /etc/hostname\n+++ /etc/hostname\n@@ -1 +1 @@\n-raspberrypi\n+kitchen\n```',
    );
  });

  it('tell neither text nor size of what is secret', () => {
    const text = notes([changed('/etc/hidden', '@@ -1 +1 @@\n+Kanarie\n')]);
    expect(text).toContain('| changed | `/etc/hidden` | 0644 0:5 (hidden) | files |');
    expect(text).not.toContain('Kanarie');
  });

  it('let no text of an image be Markdown', () => {
    const text = notes([
      changed('/a`b|c\u202e\u0007\udc80', '@@ -1 +1 @@\n+```\n+<script>\n+````\n'),
      { path: '/x', change: 'added', after: state },
    ]);
    expect(text).toContain('`` /a`b\\|c\ufffd\ufffd\ufffd ``');
    expect(text).toContain('`````diff\n');
    expect(text.match(/^`````$/gm)).toHaveLength(1);
  });

  it('stay short enough for a release of GitHub, and say what they leave out', () => {
    const many = Array.from({ length: 5000 }, (_, index) =>
      changed(`/usr/share/${'x'.repeat(100)}/${index}`, `@@ -1 +1 @@\n+${'y'.repeat(100)}\n`),
    );
    const text = notes(many);
    expect(text.length).toBeLessThan(125_000);
    expect(text).toContain('And 4700 more');
    expect(text).toMatch(/\d+ longer ones are left out/);
  });

  it('say so when nothing differs', () => {
    expect(notes([])).toContain('It does not.');
  });
});

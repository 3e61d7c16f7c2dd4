import type { EntryDifference, EntryState, ImageDiff } from '../diff/image-diff.ts';
import type { Manifest } from './manifest.ts';

export interface NotesInputs {
  readonly manifest: Manifest;
  /** Name of the operating system, for people. */
  readonly system: string;
  /** Of the base image and the finished one. */
  readonly diff: ImageDiff;
}

/** Rows and characters that a body of a GitHub release, at most 125,000 characters, has room for. */
const mostRows = 300;
const mostText = 40_000;

/** Release notes in Markdown: what it is, how to check and flash it, and how it differs from the base. Pure. */
export function releaseNotes({ manifest, system, diff }: NotesInputs): string {
  const { image, base, tool, outputs } = manifest;
  const sensitive = new Set(manifest.edits.filter((edit) => edit.sensitive).map(({ path }) => path));
  const first = outputs[0]?.name ?? `${image.name}.img`;
  return [
    `# ${words(image.name)}`,
    '',
    `${words(system)}: the base image ${code(base.name)}, edited with ${tool.name} ${words(tool.version)}. Nothing of it was run on the way.`,
    '',
    '| file | bytes | SHA-256 |',
    '|---|---|---|',
    ...outputs.map(({ name, size, sha256 }) => `| ${code(name)} | ${size} | ${code(sha256)} |`),
    '',
    `The raw image has ${image.size} bytes and the SHA-256 ${code(image.sha256)}; that of the base is ${code(base.sha256)}.`,
    '',
    '## Check it and flash it',
    '',
    '```',
    'sha256sum --check --ignore-missing SHA256SUMS',
    [
      'pi-image reproduce manifest.json',
      ...manifest.secrets.map(({ setting }) => `--secret ${setting}=FILE`),
    ].join(' '),
    '```',
    '',
    `Where the files of several images are together, as in a release that the GitHub Action made, these two are called ${code(`${image.name}.sha256`)} and ${code(`${image.name}.manifest.json`)}.`,
    '',
    `Raspberry Pi Imager (Use custom) and Etcher write ${code(first)} to a card; ${code(`bmaptool copy ${first} DEVICE`)} writes only what is in use.`,
    '',
    '## How it differs from the base image',
    '',
    ...changes(diff, manifest, sensitive),
    ...texts(diff.entries, sensitive),
    '',
  ].join('\n');
}

function changes(
  { table, entries }: ImageDiff,
  { edits }: Manifest,
  sensitive: ReadonlySet<string>,
): readonly string[] {
  if (table.length + entries.length === 0) return ['It does not.'];
  const from = new Map(edits.map((edit) => [edit.path, edit.from.join(', ')]));
  const rows = entries.slice(0, mostRows).map((entry) => {
    const { path, change, before, after } = entry;
    const state = describe(after ?? before, sensitive.has(path));
    return `| ${change} | ${code(path)} | ${state} | ${words(from.get(path) ?? '')} |`;
  });
  const count = (change: EntryDifference['change']) => entries.filter((one) => one.change === change).length;
  return [
    `${count('added')} paths added, ${count('changed')} changed, ${count('removed')} removed; all others are, byte for byte, those of the base.`,
    ...table.map(
      ({ subject, before, after }) =>
        `\n${words(subject)}: ${words(before ?? 'none')} → ${words(after ?? 'none')}`,
    ),
    '',
    '| | path | mode, owner, bytes | by |',
    '|---|---|---|---|',
    ...rows,
    ...(entries.length > mostRows
      ? ['', `And ${entries.length - mostRows} more; manifest.json has all of them.`]
      : []),
  ];
}

function describe(state: EntryState | undefined, isSensitive: boolean): string {
  if (!state) return '';
  const { kind, mode, uid, gid, size, target } = state;
  if (kind === 'link') return `→ ${code(target ?? '')}`;
  const bits = (mode & 0o7777).toString(8).padStart(4, '0');
  const bytes = kind === 'file' ? ` ${isSensitive ? '(hidden)' : size}` : '';
  return `${bits} ${uid}:${gid}${bytes}${kind === 'directory' ? ' directory' : ''}`;
}

/** Changes in files that everybody may read, as long as there is room. */
function texts(entries: readonly EntryDifference[], sensitive: ReadonlySet<string>): readonly string[] {
  const shown: string[] = [];
  let size = 0;
  let left = 0;
  for (const { path, content } of entries) {
    if (content?.kind !== 'text' || sensitive.has(path)) continue;
    const block = fenced(`--- ${path}\n+++ ${path}\n${content.patch}`);
    if (size + block.length > mostText) {
      left++;
      continue;
    }
    size += block.length;
    shown.push(block);
  }
  if (shown.length + left === 0) return [];
  const more = left > 0 ? [`${left} longer ones are left out; \`pi-image diff\` shows them.`, ''] : [];
  return ['', '<details><summary>Changes in text files</summary>', '', ...shown, ...more, '</details>'];
}

/** In a fence that is longer than any in the text itself. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}diff\n${visible(text, '\n\t').trimEnd()}\n${fence}\n`;
}

/** Text from images, as it is, whatever Markdown would make of it. */
function words(text: string): string {
  return visible(text, '').replace(/[\\`*_{}[\]<>#|~]/g, '\\$&');
}

function code(text: string): string {
  const plain = visible(text, '').replaceAll('|', '\\|');
  const longest = Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest > 0 ? `${fence} ${plain} ${fence}` : `${fence}${plain}${fence}`;
}

/** Without control characters, and such as turn the direction of writing; and with no half of a character. */
function visible(text: string, kept: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu, (one) =>
    kept.includes(one) ? one : '\ufffd',
  );
}

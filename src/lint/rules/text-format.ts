import { type EditDraft, write } from '../../model/edit.ts';
import { boundedBytes, pathsIn } from '../files.ts';
import type { LintContext, Rule } from '../rule.ts';

/** Files whose readers take a carriage return or a byte order mark for part of the text. */
const onBoot = [
  'cmdline.txt',
  'config.txt',
  'firstrun.sh',
  'userconf',
  'userconf.txt',
  'wpa_supplicant.conf',
];
const onRoot = ['/etc/fstab', '/etc/hostname', '/etc/hosts', '/etc/rc.local'];
const largest = 1024 * 1024;

export const textFormat: Rule = {
  id: 'text-format',
  level: 'error',
  summary: 'Windows line ends, byte order marks and UTF-16',
  why: 'Editors on Windows leave them without showing them. A shell, the kernel, wpa_supplicant and the firmware read them as part of the text: "country=GB\\r" is no country, "#!/bin/sh\\r" no program.',
  fix: 'save the file as UTF-8 without byte order mark and with LF line ends',
  check: (context) =>
    foreign(context).map(({ what, plain: _, ...place }) => ({ ...place, message: `the file has ${what}` })),
  mend: (context) =>
    foreign(context).map(({ path, plain }): EditDraft => write(path, plain, { sensitive: true })),
};

interface Foreign {
  readonly path: string;
  readonly what: string;
  readonly line?: number;
  /** Most firmware reads config.txt with either line end; the others stumble for certain. */
  readonly level?: 'warning';
  /** The bytes as they should be. */
  readonly plain: Uint8Array;
}

function foreign(context: LintContext): readonly Foreign[] {
  const { tree, os } = context;
  const paths = [
    ...onBoot.map((name) => `${os.bootDir}/${name}`),
    ...onRoot,
    ...pathsIn(tree, '/etc/wpa_supplicant', /\.conf$/),
    ...pathsIn(tree, '/usr/local/bin').filter((path) => isScript(context, path)),
    ...pathsIn(tree, '/usr/local/sbin').filter((path) => isScript(context, path)),
  ];
  return paths.flatMap((path) => {
    const bytes = boundedBytes(tree, path, largest);
    return bytes === undefined || bytes.length === largest ? [] : judge(path, bytes);
  });
}

function judge(path: string, bytes: Buffer): readonly Foreign[] {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    const text = new TextDecoder(first === 0xff ? 'utf-16le' : 'utf-16be').decode(bytes);
    const plain = Buffer.from(text.replaceAll('\r\n', '\n'));
    return [{ path, what: 'UTF-16 text, which nothing on the Pi reads', plain }];
  }
  // Bytes as characters, so that those which are no UTF-8 survive.
  const text = bytes.toString('latin1');
  const marked = text.startsWith('\u00ef\u00bb\u00bf');
  const line = text.split('\n').findIndex((one) => one.endsWith('\r')) + 1;
  if (!marked && line === 0) return [];
  const plain = Buffer.from(text.slice(marked ? 3 : 0).replaceAll('\r\n', '\n'), 'latin1');
  const faults = [
    ...(marked ? ['a byte order mark at its start'] : []),
    ...(line > 0 ? ['Windows line ends (CR LF)'] : []),
  ];
  const level = !marked && /\/config\.txt$/.test(path) ? ({ level: 'warning' } as const) : {};
  return [{ path, what: faults.join(' and '), ...(line > 0 && { line }), ...level, plain }];
}

function isScript({ tree }: LintContext, path: string): boolean {
  return /^(?:\ufeff|\u00ef\u00bb\u00bf)?#!/.test(boundedBytes(tree, path, 5)?.toString('latin1') ?? '');
}

import { boundedText, numberedLines, pathsIn } from './files.ts';
import type { LintContext } from './rule.ts';

export interface WpaSetting {
  readonly key: string;
  /** As written, quotes included. */
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

export interface WpaNetwork {
  readonly line: number;
  readonly settings: readonly WpaSetting[];
}

/** A wpa_supplicant.conf; format: wpa_supplicant.conf(5) and hostap's config_file.c. */
export interface WpaConf {
  readonly globals: readonly WpaSetting[];
  readonly networks: readonly WpaNetwork[];
  /** Lines that hostap would refuse, and the whole file with them. */
  readonly faults: readonly { readonly line: number; readonly message: string }[];
}

export interface WpaFile extends WpaConf {
  readonly path: string;
}

/** The files that wpa_supplicant reads on this image, and the one on the boot partition that is to become one. */
export function wpaFiles(context: LintContext): readonly WpaFile[] {
  const { tree, os } = context;
  const paths = [
    ...pathsIn(tree, '/etc/wpa_supplicant', /^wpa_supplicant.*\.conf$/),
    ...(takesWpaDropIn(context) ? [`${os.bootDir}/wpa_supplicant.conf`] : []),
  ];
  return paths.flatMap((path) => {
    const text = boundedText(tree, path);
    return text === undefined ? [] : [{ path, ...parseWpaConf(text) }];
  });
}

/** Bookworm gave up taking wpa_supplicant.conf from the boot partition, and the unit that did it. */
export function takesWpaDropIn({ os }: Pick<LintContext, 'os'>): boolean {
  return os.units['raspberrypi-net-mods.service'] !== undefined;
}

export function settingOf(settings: readonly WpaSetting[], key: string): string | undefined {
  return settings.findLast((one) => one.key === key)?.value;
}

export function parseWpaConf(text: string): WpaConf {
  const globals: WpaSetting[] = [];
  const networks: WpaNetwork[] = [];
  const faults: { line: number; message: string }[] = [];
  let block: { readonly kind: string; readonly line: number; readonly settings: WpaSetting[] } | undefined;
  for (const { number: line, text: raw } of numberedLines(text)) {
    const statement = withoutComment(raw.trim());
    if (statement === '') continue;
    if (block !== undefined && statement === '}') {
      block = undefined;
      continue;
    }
    const kind = /^([\w-]+)\s*=\s*\{$/.exec(statement)?.[1];
    if (kind !== undefined && block === undefined) {
      block = { kind, line, settings: [] };
      if (kind === 'network') networks.push(block);
      if (/\s/.test(statement)) faults.push({ line, message: `it must be ${kind}={ without spaces` });
      continue;
    }
    const setting = /^([\w-]+)=(.*)$/.exec(statement);
    if (setting) (block?.settings ?? globals).push({ key: setting[1] ?? '', value: setting[2] ?? '', line });
    else if (block === undefined || block.kind === 'network')
      faults.push({ line, message: 'the line is not key=value, without spaces before the "="' });
  }
  if (block) faults.push({ line: block.line, message: 'the block that begins here has no "}"' });
  return { globals, networks, faults };
}

/** A `#` begins a comment, except between the first and the last double quote. */
function withoutComment(line: string): string {
  if (line.startsWith('#')) return '';
  const last = line.lastIndexOf('"');
  const hash = line.indexOf('#', last > line.indexOf('"') ? last : 0);
  return (hash < 0 ? line : line.slice(0, hash)).trimEnd();
}

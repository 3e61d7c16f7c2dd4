import { plainText } from '../content/lines.ts';
import { splitWords } from '../content/words.ts';
import { boundedText, isPresent } from './files.ts';
import type { LintContext } from './rule.ts';

/** cmdline.txt: its lines that are not blank, and the words in them. */
export interface CommandLine {
  readonly path: string;
  readonly lines: readonly string[];
  readonly words: readonly string[];
}

export function commandLine({ tree, os }: Pick<LintContext, 'tree' | 'os'>): CommandLine {
  const path = `${os.bootDir}/cmdline.txt`;
  const text = plainText(boundedText(tree, path) ?? '');
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return { path, lines, words: splitWords(text) };
}

export const initResize = 'init=/usr/lib/raspi-config/init_resize.sh';
export const firstBootInit = 'init=/usr/lib/raspberrypi-sys-mods/firstboot';

/** Whether the first boot gives the root partition the whole card. */
export function growsAtFirstBoot(context: LintContext): boolean {
  const { words } = commandLine(context);
  return [initResize, firstBootInit, 'resize'].some((word) => words.includes(word));
}

/** raspi-config of this day is the first whose resize script gives the disk a new id. */
const newIdSince = 20200515;

/** Whether the first boot gives the disk a new id, so that every PARTUUID in the image changes. */
export function changesDiskId(context: LintContext): boolean {
  if (context.table.scheme !== 'mbr') return false;
  const { words } = commandLine(context);
  if (words.includes(firstBootInit)) return true;
  const version = Number(/^\d{8}/.exec(context.os.packages['raspi-config'] ?? '')?.[0] ?? 0);
  return words.includes(initResize) && version >= newIdSince;
}

/** Whether systemd runs the file of this name on the boot partition in the next boot. */
export function runsAtBoot(context: LintContext, name: string): boolean {
  return (
    commandLine(context).words.some((word) => word.startsWith('systemd.run=') && word.endsWith(`/${name}`)) &&
    isPresent(context.tree, `${context.os.bootDir}/${name}`)
  );
}

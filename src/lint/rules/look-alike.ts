import { move } from '../../model/edit.ts';
import { nearest } from '../../model/nearest.ts';
import { isPresent, namesIn } from '../files.ts';
import type { LintContext, Rule } from '../rule.ts';

/** What the first boot, the firmware and the kernel look for on the boot partition. */
const known = [
  'cmdline.txt',
  'config.txt',
  'custom.toml',
  'firstrun.sh',
  'meta-data',
  'network-config',
  'ssh',
  'ssh.txt',
  'user-data',
  'userconf',
  'userconf.txt',
  'wpa_supplicant.conf',
];
const wpa = 'wpa_supplicant.conf';

/** Renamed without being asked: none of them lets anybody in. */
const harmless = ['cmdline.txt', 'config.txt', 'network-config', wpa];

export const lookAlike: Rule = {
  id: 'look-alike',
  level: 'warning',
  summary: 'files on the boot partition with almost the right name',
  why: 'Windows hides ".txt" and editors add it: wpa_supplicant.conf.txt looks right in the folder and is read by nothing.',
  fix: 'rename the file; switch "hide extensions" off to see what it is really called',
  check: (context) =>
    lookAlikes(context).map(({ path, meant }) => ({
      path,
      message: `nothing reads it; "${meant}" is what is looked for`,
    })),
  mend: (context) =>
    lookAlikes(context)
      .filter(({ canMove, to }) => canMove && !isPresent(context.tree, to))
      .map(({ path, to }) => move(path, to)),
};

function lookAlikes({ tree, os }: LintContext) {
  return namesIn(tree, os.bootDir)
    .filter((name) => !known.includes(name.toLowerCase()))
    .flatMap((name) => {
      const hidden = known.find((one) => extension.test(restAfter(one, name.toLowerCase())));
      const meant = hidden ?? copyOf(name) ?? (/^wpa/i.test(name) ? nearest(name, [wpa])[0] : undefined);
      if (meant === undefined) return [];
      const canMove = hidden !== undefined && harmless.includes(hidden);
      return [{ path: `${os.bootDir}/${name}`, meant, to: `${os.bootDir}/${meant}`, canMove }];
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

const extension = /^\.(?:txt|rtf|docx?|html?)$/;

/** `ssh (1)`: what a browser or Windows makes of a second `ssh`. */
function copyOf(name: string): string | undefined {
  return known.find((one) => /^ (?:\(\d+\)|- copy)$/.test(restAfter(one, name.toLowerCase())));
}

function restAfter(start: string, name: string): string {
  return name.startsWith(start) ? name.slice(start.length) : '';
}

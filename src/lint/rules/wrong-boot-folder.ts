import { boundedText } from '../files.ts';
import type { Finding, LintContext, Rule } from '../rule.ts';

const known =
  /^(?:cmdline\.txt|config\.txt|custom\.toml|firstrun\.sh|userconf(?:\.txt)?|wpa_supplicant\.conf)$/;
/** What the files in /boot say since Bookworm. */
const pointer = /\/boot\/firmware/;

export const wrongBootFolder: Rule = {
  id: 'wrong-boot-folder',
  level: 'warning',
  summary: 'boot files on the root partition instead of the boot partition',
  why: 'Files put into /boot while the partition was not mounted are hidden beneath it; since Bookworm it is mounted on /boot/firmware.',
  fix: 'move the file to the boot partition',
  check: (context) => (context.os.bootDir === '/boot' ? beneathMount(context) : besideMount(context)),
};

function beneathMount({ mounts }: LintContext): readonly Finding[] {
  const root = mounts.find(({ at }) => at === '/')?.volume;
  if (root?.stat('/boot')?.kind !== 'directory') return [];
  return root
    .list('/boot')
    .filter(({ name, kind }) => kind === 'file' && (known.test(name) || /^ssh(?:\.txt)?$/.test(name)))
    .map(({ name }) => ({
      path: `/boot/${name}`,
      message: 'a file of this name lies on the root partition, hidden beneath the boot partition',
    }));
}

function besideMount({ tree }: LintContext): readonly Finding[] {
  if (tree.stat('/boot')?.kind !== 'directory') return [];
  return tree
    .list('/boot')
    .filter(({ name, kind }) => kind === 'file' && known.test(name))
    .filter(({ name }) => !pointer.test(boundedText(tree, `/boot/${name}`) ?? ''))
    .map(({ name }) => ({
      path: `/boot/${name}`,
      message: `nothing reads it there; the boot partition is /boot/firmware`,
    }));
}

import { isEnabled } from '../../image/facts/units.ts';
import { commandLine, firstBootInit, runsAtBoot } from '../command-line.ts';
import { isPresent } from '../files.ts';
import type { LintContext, Rule } from '../rule.ts';
import { takesWpaDropIn } from '../wpa-conf.ts';

interface DropIn {
  readonly name: string;
  readonly isRead: (context: LintContext) => boolean;
  readonly instead: string;
}

/** Asked of the image, not of its name: a derived image may have brought the old ways back. */
const dropIns: readonly DropIn[] = [
  {
    name: 'wpa_supplicant.conf',
    isRead: takesWpaDropIn,
    instead: 'since Bookworm the networks go to /etc/NetworkManager/system-connections',
  },
  ...['userconf', 'userconf.txt'].map((name) => ({
    name,
    isRead: ({ os }: LintContext) => os.present.includes('/usr/lib/userconf-pi/userconf'),
    instead: 'before Bullseye of April 2022 the account pi is there from the start',
  })),
  {
    name: 'custom.toml',
    isRead: (context) => commandLine(context).words.includes(firstBootInit),
    instead: 'only Bullseye and Bookworm take it, in their first boot; Trixie has cloud-init',
  },
  {
    name: 'firstrun.sh',
    isRead: (context) => runsAtBoot(context, 'firstrun.sh'),
    instead: 'cmdline.txt has to run it by systemd.run=',
  },
  ...['ssh', 'ssh.txt'].map((name) => ({
    name,
    isRead: ({ tree }: LintContext) => isEnabled(tree, 'sshswitch.service'),
    instead: 'enable ssh.service by its link in multi-user.target.wants',
  })),
];

export const ignoredDropIn: Rule = {
  id: 'ignored-drop-in',
  level: 'warning',
  summary: 'set-up files on the boot partition that this release does not read',
  why: 'How a Pi is set up has changed with almost every release; a file for another one is ignored without a word.',
  fix: 'set the image up the way its release wants it; `pi-image build` does',
  check: (context) =>
    dropIns
      .map((one) => ({ ...one, path: `${context.os.bootDir}/${one.name}` }))
      .filter(({ path, isRead }) => isPresent(context.tree, path) && !isRead(context))
      .map(({ path, instead }) => ({
        path,
        message: `nothing in this image (${context.os.codename || 'unknown release'}) reads the file`,
        help: instead,
      })),
};

import { sha512Crypt } from '../../../src/content/credentials.ts';
import type { Tree } from '../../../src/model/tree.ts';
import { append, enable, put, replace } from '../context.ts';
import type { Innocent, Seed } from './seed.ts';

const publicKey =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ3TZYAEvGXlMuUPFzIlBw7NfCyuhLyyZJXIvDu1mMZd me@desk\n';
const shadow = '/etc/shadow';
const piLine = 17;
const owner = { uid: 1000, gid: 1000 };

/** Another password for pi, in place of the one that the fixture has. */
const password = (tree: Tree, hash: string): void => replace(tree, shadow, /^pi:[^:]*/m, `pi:${hash}`);

function addKeys(tree: Tree, mode = 0o600, user = owner): void {
  tree.makeDirectory('/home/pi/.ssh', { mode: 0o700, ...owner });
  put(tree, '/home/pi/.ssh/authorized_keys', publicKey, { mode, ...user });
}

export const accessSeeds: readonly Seed[] = [
  {
    rule: 'default-password',
    what: 'ssh on by its unit',
    seed: (tree) => enable(tree, 'ssh.service'),
    finds: [`${shadow}:${piLine}`],
  },
  {
    rule: 'default-password',
    what: 'ssh on by the flag on the boot partition',
    seed: (tree) => put(tree, '/boot/ssh', ''),
    finds: [`${shadow}:${piLine}`],
  },
  {
    rule: 'default-password',
    what: 'VNC on, and the password of a second account',
    on: 'buster-desktop',
    seed(tree) {
      enable(tree, 'vncserver-x11-serviced.service');
      append(tree, '/boot/config.txt', 'hdmi_force_hotplug=1\n');
      password(tree, sha512Crypt('something else', 'salt'));
      append(tree, shadow, `two:${sha512Crypt('raspberry', 'pepper')}:18754:0:99999:7:::\n`);
    },
    finds: [`${shadow}:${piLine + 1}`],
  },
  {
    rule: 'default-password',
    what: 'ssh with keys for all but some',
    seed(tree) {
      enable(tree, 'ssh.service');
      put(
        tree,
        '/etc/ssh/sshd_config',
        'PasswordAuthentication no\nKbdInteractiveAuthentication no\nMatch User pi\n  PasswordAuthentication yes\n',
      );
    },
    finds: [`${shadow}:${piLine}`],
  },
  {
    rule: 'default-password',
    what: 'a drop-in that comes too late to switch passwords off',
    seed(tree) {
      enable(tree, 'ssh.service');
      put(
        tree,
        '/etc/ssh/sshd_config',
        'PasswordAuthentication yes\nInclude /etc/ssh/sshd_config.d/*.conf\n',
      );
      put(
        tree,
        '/etc/ssh/sshd_config.d/keys.conf',
        'PasswordAuthentication no\nKbdInteractiveAuthentication no\n',
      );
    },
    finds: [`${shadow}:${piLine}`],
  },
  {
    rule: 'no-login',
    what: 'keys only, by a drop-in, and no key: the default password opens nothing',
    seed(tree) {
      enable(tree, 'ssh.service');
      put(
        tree,
        '/etc/ssh/sshd_config',
        'Include /etc/ssh/sshd_config.d/*.conf\nPasswordAuthentication yes\n',
      );
      put(
        tree,
        '/etc/ssh/sshd_config.d/keys.conf',
        'PasswordAuthentication no\nChallengeResponseAuthentication no\n',
      );
    },
    finds: [shadow],
  },
  {
    rule: 'empty-password',
    what: 'an empty field in shadow',
    seed: (tree) => password(tree, ''),
    finds: [`${shadow}:${piLine}`],
  },
  {
    rule: 'empty-password',
    what: 'an empty field in passwd',
    seed: (tree) => replace(tree, '/etc/passwd', /^pi:x:/m, 'pi::'),
    finds: [`/etc/passwd:${piLine}`],
  },
  {
    rule: 'password-hash',
    what: 'yescrypt on Buster',
    seed: (tree) => password(tree, '$y$j9T$salt$hash'),
    finds: [`${shadow}:${piLine}`],
  },
  {
    rule: 'no-login',
    what: 'ssh on, and no account to log in to',
    on: 'bookworm-lite',
    seed: (tree) => enable(tree, 'ssh.service'),
    finds: [shadow],
  },
  {
    rule: 'no-login',
    what: 'passwords switched off, and no key',
    seed(tree) {
      enable(tree, 'ssh.service');
      password(tree, sha512Crypt('something else', 'salt'));
      replace(tree, '/etc/ssh/sshd_config', '#PasswordAuthentication yes', 'PasswordAuthentication no');
    },
    finds: [shadow],
  },
  {
    rule: 'authorized-keys-mode',
    what: 'keys that the group may write',
    seed: (tree) => addKeys(tree, 0o664),
    finds: ['/home/pi/.ssh/authorized_keys'],
    also: ['authorized-keys'],
    leaves: [],
  },
  {
    rule: 'authorized-keys-mode',
    what: 'keys of another owner in a home that all may write',
    seed(tree) {
      addKeys(tree, 0o600, { uid: 1001, gid: 1001 });
      tree.setAttributes('/home/pi', { mode: 0o777 });
    },
    finds: ['/home/pi', '/home/pi/.ssh/authorized_keys'],
    also: ['authorized-keys'],
    leaves: [],
  },
  {
    rule: 'sudoers',
    what: 'a rule that all may write',
    seed: (tree) => put(tree, '/etc/sudoers.d/020_mine', 'pi ALL=(ALL) ALL\n', { mode: 0o664 }),
    finds: ['/etc/sudoers.d/020_mine'],
    leaves: [],
  },
  {
    rule: 'sudoers',
    what: 'a rule in a file with a dot',
    seed: (tree) => put(tree, '/etc/sudoers.d/mine.conf', 'pi ALL=(ALL) ALL\n', { mode: 0o440 }),
    finds: ['/etc/sudoers.d/mine.conf'],
    leaves: ['/etc/sudoers.d/mine.conf'],
  },
  {
    rule: 'secret-permissions',
    what: 'shadow for all to read',
    seed: (tree) => tree.setAttributes(shadow, { mode: 0o644 }),
    finds: [shadow],
    leaves: [],
  },
  {
    rule: 'secret-permissions',
    what: 'a host key for all to read',
    seed: (tree) => put(tree, '/etc/ssh/ssh_host_ed25519_key', 'key\n', { mode: 0o644 }),
    finds: ['/etc/ssh/ssh_host_ed25519_key'],
    also: ['ssh-host-keys'],
    leaves: [],
  },
  {
    rule: 'secret-permissions',
    what: 'a netplan for all to read, and a login to git',
    on: 'trixie-lite',
    seed(tree) {
      put(tree, '/etc/netplan/10-home.yaml', 'network:\n  version: 2\n');
      put(tree, '/home/pi/.git-credentials', 'https://me:token@example.org\n', owner);
    },
    finds: ['/etc/netplan/10-home.yaml', '/home/pi/.git-credentials'],
    also: ['stored-credentials'],
    leaves: [],
  },
  {
    rule: 'secret-permissions',
    what: 'the settings of a mail program, which others may have to read',
    seed: (tree) => put(tree, '/etc/msmtprc', 'account default\npassword secret\n'),
    finds: ['/etc/msmtprc'],
    also: ['stored-credentials'],
    leaves: ['/etc/msmtprc'],
  },
  {
    rule: 'secret-permissions',
    what: 'a hash in passwd',
    seed: (tree) => replace(tree, '/etc/passwd', /^pi:x:/m, 'pi:$6$salt$hash:'),
    finds: [`/etc/passwd:${piLine}`],
    leaves: [`/etc/passwd:${piLine}`],
  },
  {
    rule: 'world-writable',
    what: 'a script of cron and a folder of programs, copied from FAT',
    seed(tree) {
      put(tree, '/etc/cron.daily/backup', '#!/bin/sh\n', { mode: 0o777 });
      tree.setAttributes('/usr/local/bin', { mode: 0o777 });
    },
    finds: ['/etc/cron.daily/backup', '/usr/local/bin'],
    leaves: [],
  },
];

export const accessInnocents: readonly Innocent[] = [
  {
    rule: 'default-password',
    what: 'ssh on with a password of its own',
    seed(tree) {
      enable(tree, 'ssh.service');
      password(tree, sha512Crypt('correct horse', 'salt'));
    },
  },
  {
    rule: 'password-hash',
    what: 'yescrypt on Bullseye',
    on: 'bullseye-lite',
    seed: (tree) => password(tree, '$y$j9T$salt$hash'),
  },
  {
    rule: 'no-login',
    what: 'an account that cloud-init makes',
    on: 'trixie-lite',
    seed(tree) {
      enable(tree, 'ssh.service');
      put(tree, '/boot/firmware/user-data', '#cloud-config\nuser: { name: me }\n');
    },
  },
  {
    rule: 'authorized-keys-mode',
    what: 'a file of keys without a key',
    seed(tree) {
      tree.makeDirectory('/home/pi/.ssh', { mode: 0o700, ...owner });
      put(tree, '/home/pi/.ssh/authorized_keys', '# none\n\n', { mode: 0o644, ...owner });
    },
  },
  {
    rule: 'secret-permissions',
    what: 'a key that is readable, in a home that is closed to others',
    seed(tree) {
      tree.setAttributes('/home/pi', { mode: 0o700, ...owner });
      put(tree, '/etc/ssl/private/README', 'nothing secret\n');
    },
  },
  {
    rule: 'world-writable',
    what: 'a folder with the sticky bit, and a link',
    seed(tree) {
      tree.makeDirectory('/usr/local/share', { mode: 0o1777 });
      tree.makeLink('/etc/anything', '/dev/null');
    },
  },
  {
    rule: 'sudoers',
    what: 'the README that the package brings, 0440',
    seed: (tree) => put(tree, '/etc/sudoers.d/README', '# see sudoers(5)\n', { mode: 0o440 }),
  },
];

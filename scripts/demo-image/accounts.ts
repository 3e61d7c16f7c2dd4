import { sha512Crypt } from '../../src/content/credentials.ts';
import { directory, file, type NewEntry } from './entry.ts';

const systemUsers = [
  'root:x:0:0:root:/root:/bin/bash',
  'daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin',
  'bin:x:2:2:bin:/bin:/usr/sbin/nologin',
  'sys:x:3:3:sys:/dev:/usr/sbin/nologin',
  'sync:x:4:65534:sync:/bin:/bin/sync',
  'man:x:6:12:man:/var/cache/man:/usr/sbin/nologin',
  'mail:x:8:8:mail:/var/mail:/usr/sbin/nologin',
  'www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin',
  'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin',
  '_apt:x:100:65534::/nonexistent:/usr/sbin/nologin',
  'systemd-timesync:x:101:102:systemd Time Synchronization,,,:/run/systemd:/usr/sbin/nologin',
  'systemd-network:x:102:103:systemd Network Management,,,:/run/systemd:/usr/sbin/nologin',
  'messagebus:x:104:110::/nonexistent:/usr/sbin/nologin',
  'sshd:x:106:65534::/run/sshd:/usr/sbin/nologin',
  'avahi:x:108:113:Avahi mDNS daemon,,,:/var/run/avahi-daemon:/usr/sbin/nologin',
  'lightdm:x:109:114:Light Display Manager:/var/lib/lightdm:/bin/false',
];

/** Name → id of the groups of a fresh Raspbian; those that `pi` is in come first in `piGroups`. */
const groupIds: Readonly<Record<string, number>> = {
  root: 0,
  daemon: 1,
  bin: 2,
  sys: 3,
  adm: 4,
  tty: 5,
  disk: 6,
  mail: 8,
  man: 12,
  kmem: 15,
  dialout: 20,
  cdrom: 24,
  sudo: 27,
  audio: 29,
  'www-data': 33,
  shadow: 42,
  video: 44,
  plugdev: 46,
  staff: 50,
  games: 60,
  users: 100,
  'systemd-timesync': 102,
  'systemd-network': 103,
  input: 105,
  crontab: 107,
  netdev: 109,
  messagebus: 110,
  ssh: 111,
  bluetooth: 112,
  avahi: 113,
  lightdm: 114,
  spi: 999,
  i2c: 998,
  gpio: 997,
  pi: 1000,
  nogroup: 65534,
};
const piGroups = 'adm dialout cdrom sudo audio video plugdev games users input netdev spi i2c gpio'.split(
  ' ',
);

/** Days from 1970 to the release, 2021-05-07. */
const lastChange = 18754;

interface AccountOptions {
  /** The account with id 1000. */
  readonly user?: string;
  /** Its field in /etc/shadow; the hash of `raspberry` unless given. */
  readonly hash?: string;
}

/** The files of the account database, and the first user's home, as a Raspbian image ships them. */
export function accountEntries({
  user = 'pi',
  hash = defaultHash,
}: AccountOptions = {}): readonly NewEntry[] {
  const users = [...systemUsers, `${user}:x:1000:1000:,,,:/home/${user}:/bin/bash`];
  const groups = Object.entries(groupIds).map(([name, id]) => ({
    name: name === 'pi' ? user : name,
    id,
    members: piGroups.includes(name) ? user : '',
  }));
  const owner = { uid: 1000, gid: 1000 };
  return [
    file('/etc/passwd', lines(users)),
    file('/etc/group', lines(groups.map(({ name, id, members }) => `${name}:x:${id}:${members}`))),
    file('/etc/shadow', lines(users.map((record) => shadowLine(record, user, hash))), {
      mode: 0o640,
      gid: 42,
    }),
    file('/etc/gshadow', lines(groups.map(({ name, members }) => `${name}:*::${members}`)), {
      mode: 0o640,
      gid: 42,
    }),
    file('/etc/subuid', `${user}:100000:65536\n`),
    file('/etc/subgid', `${user}:100000:65536\n`),
    directory('/etc/sudoers.d', { mode: 0o750 }),
    file('/etc/sudoers.d/010_pi-nopasswd', `${user} ALL=(ALL) NOPASSWD: ALL\n`, { mode: 0o440 }),
    directory('/root', { mode: 0o700 }),
    directory(`/home/${user}`, owner),
    file(`/home/${user}/.profile`, 'PATH="$HOME/bin:$PATH"\n', owner),
    file(`/home/${user}/.bashrc`, '# Settings of interactive shells.\nHISTSIZE=1000\n', owner),
  ];
}

/** The password is `raspberry`, as everybody knows; the salt is no secret either. */
const defaultHash = sha512Crypt('raspberry', 'saltsalt');

function shadowLine(record: string, user: string, hash: string): string {
  const name = record.split(':')[0] ?? '';
  return `${name}:${name === user ? hash : '*'}:${lastChange}:0:99999:7:::`;
}

const lines = (all: readonly string[]): string => `${all.join('\n')}\n`;

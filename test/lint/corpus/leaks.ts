import { append, put, replace } from '../context.ts';
import type { Innocent, Seed } from './seed.ts';

const owner = { uid: 1000, gid: 1000, mode: 0o600 };
const id = '0123456789abcdef0123456789abcdef\n';
const openSsh = '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n';
const wpa = '/etc/wpa_supplicant/wpa_supplicant.conf';

export const leakSeeds: readonly Seed[] = [
  {
    rule: 'ssh-host-keys',
    what: 'keys of a Pi that has run',
    seed(tree) {
      put(tree, '/etc/ssh/ssh_host_rsa_key', openSsh, { mode: 0o600 });
      put(tree, '/etc/ssh/ssh_host_rsa_key.pub', 'ssh-rsa AAAA root@raspberrypi\n');
    },
    finds: ['/etc/ssh/ssh_host_rsa_key'],
    leaves: [],
  },
  {
    rule: 'ssh-host-keys',
    what: 'keys that nothing would make again',
    seed(tree) {
      tree.remove('/etc/systemd/system/multi-user.target.wants/regenerate_ssh_host_keys.service');
      put(tree, '/etc/ssh/ssh_host_rsa_key', openSsh, { mode: 0o600 });
    },
    finds: ['/etc/ssh/ssh_host_rsa_key'],
    leaves: ['/etc/ssh/ssh_host_rsa_key'],
  },
  {
    rule: 'machine-id',
    what: 'the id of a Pi that has run, in both places',
    seed(tree) {
      put(tree, '/etc/machine-id', id);
      put(tree, '/var/lib/dbus/machine-id', id);
    },
    finds: ['/etc/machine-id', '/var/lib/dbus/machine-id'],
    leaves: [],
  },
  {
    rule: 'random-seed',
    what: 'the seed of a Pi that has run',
    seed: (tree) => put(tree, '/var/lib/systemd/random-seed', Buffer.alloc(512, 7), { mode: 0o600 }),
    finds: ['/var/lib/systemd/random-seed'],
    leaves: [],
  },
  {
    rule: 'device-identity',
    what: 'ids and keys of RealVNC, dhcpcd and Tailscale',
    seed(tree) {
      put(tree, '/root/.vnc/private.key', 'key\n', { mode: 0o600 });
      put(tree, '/etc/dhcpcd.duid', '00:01:00:01\n');
      put(tree, '/var/lib/tailscale/tailscaled.state', '{"_machinekey":"x"}', { mode: 0o600 });
    },
    finds: ['/etc/dhcpcd.duid', '/root/.vnc/private.key', '/var/lib/tailscale/tailscaled.state'],
    leaves: ['/var/lib/tailscale/tailscaled.state'],
  },
  {
    rule: 'device-identity',
    what: 'what cloud-init keeps of a Pi that has run',
    on: 'trixie-lite',
    seed(tree) {
      put(tree, '/var/lib/cloud/instances/rpi-imager-1/user-data.txt', '#cloud-config\n');
      tree.makeLink('/var/lib/cloud/instance', '/var/lib/cloud/instances/rpi-imager-1');
    },
    finds: ['/var/lib/cloud/instance'],
    leaves: ['/var/lib/cloud/instance'],
  },
  {
    rule: 'private-keys',
    what: 'the ssh key of the builder, under a name of its own',
    seed: (tree) => put(tree, '/home/pi/.ssh/deploy', openSsh, owner),
    finds: ['/home/pi/.ssh/deploy'],
  },
  {
    rule: 'private-keys',
    what: 'the keys of a web server, a VPN and GnuPG',
    seed(tree) {
      put(tree, '/etc/ssl/private/server.key', '-----BEGIN PRIVATE KEY-----\n', { mode: 0o600 });
      put(tree, '/etc/wireguard/wg0.conf', '[Interface]\nPrivateKey = abc=\n', { mode: 0o600 });
      put(tree, '/root/.gnupg/private-keys-v1.d/0123.key', '(private-key)', { mode: 0o600 });
    },
    finds: [
      '/etc/ssl/private/server.key',
      '/etc/wireguard/wg0.conf',
      '/root/.gnupg/private-keys-v1.d/0123.key',
    ],
  },
  ...(
    [
      ['.docker/config.json', '{\n\t"auths": {\n\t\t"ghcr.io": {\n\t\t\t"auth": "bWU6dG9rZW4="\n', 4],
      ['.git-credentials', 'https://me:ghp_token@github.com\n', 1],
      ['.netrc', 'machine example.org\nlogin me\npassword secret\n', 3],
      ['.npmrc', '//registry.example.org/:_authToken=npm_token\n', 1],
      ['.aws/credentials', '[default]\naws_access_key_id = A\naws_secret_access_key = B\n', 3],
      ['.config/gh/hosts.yml', 'github.com:\n    oauth_token: gho_token\n', 2],
    ] as const
  ).map(
    ([name, text, line]): Seed => ({
      rule: 'stored-credentials',
      what: name,
      seed: (tree) => put(tree, `/home/pi/${name}`, text, owner),
      finds: [`/home/pi/${name}:${line}`],
    }),
  ),
  {
    rule: 'stored-credentials',
    what: 'the password of a network share in fstab, and the home of an account that is gone',
    seed(tree) {
      append(tree, '/etc/fstab', '//nas/share /mnt cifs username=me,password=secret 0 0\n');
      put(tree, '/home/builder/.pypirc', '[pypi]\nusername = me\npassword = secret\n', owner);
    },
    finds: ['/etc/fstab:4', '/home/builder/.pypirc:3'],
  },
  {
    rule: 'apt-credentials',
    what: 'a login for a private archive, in either place',
    seed(tree) {
      put(tree, '/etc/apt/auth.conf', 'machine apt.example.org\nlogin me\npassword secret\n', {
        mode: 0o600,
      });
      put(tree, '/etc/apt/sources.list.d/mine.list', 'deb https://me:secret@apt.example.org buster main\n', {
        mode: 0o600,
      });
    },
    finds: ['/etc/apt/auth.conf:3', '/etc/apt/sources.list.d/mine.list:1'],
  },
  {
    rule: 'wifi-secrets',
    what: 'a key, and the password of it in a comment',
    seed(tree) {
      for (const { name } of tree.list('/var/lib/systemd/rfkill'))
        put(tree, `/var/lib/systemd/rfkill/${name}`, '0\n');
      append(
        tree,
        wpa,
        `country=GB\nnetwork={\n\tssid="Home"\n\t#psk="correct horse"\n\tpsk=${'ab'.repeat(32)}\n}\n`,
      );
    },
    finds: [`${wpa}:6`, `${wpa}:7`],
  },
  {
    rule: 'wifi-secrets',
    what: 'a password in a netplan and in network-config',
    on: 'trixie-lite',
    seed(tree) {
      const text =
        'network:\n  version: 2\n  wifis:\n    wlan0:\n      access-points:\n        Home:\n          password: "correct horse"\n';
      put(tree, '/etc/netplan/10-home.yaml', text, { mode: 0o600 });
      put(tree, '/boot/firmware/network-config', text);
    },
    finds: ['/boot/firmware/network-config:7', '/etc/netplan/10-home.yaml:7'],
  },
  {
    rule: 'set-up-passwords',
    what: 'the account of Raspberry Pi Imager',
    on: 'bullseye-lite',
    seed(tree) {
      put(tree, '/boot/userconf.txt', 'me:$6$salt$hash\n');
      put(tree, '/boot/custom.toml', 'config_version = 1\n[user]\nname = "me"\npassword = "secret"\n');
    },
    finds: ['/boot/custom.toml:4', '/boot/userconf.txt:1'],
  },
  {
    rule: 'set-up-passwords',
    what: 'the password in user-data',
    on: 'trixie-lite',
    seed: (tree) =>
      put(
        tree,
        '/boot/firmware/user-data',
        '#cloud-config\nuser:\n  name: me\n  lock_passwd: false\n  passwd: $5$salt$hash\n',
      ),
    finds: ['/boot/firmware/user-data:5'],
  },
  {
    rule: 'vnc-password',
    what: 'the password of RealVNC, and of another server',
    seed(tree) {
      put(tree, '/root/.vnc/config.d/vncserver-x11', 'Authentication=VncAuth\nPassword=dbd83cfd727a1458\n', {
        mode: 0o600,
      });
      put(tree, '/home/pi/.vnc/passwd', Buffer.alloc(8, 1), owner);
    },
    finds: ['/home/pi/.vnc/passwd', '/root/.vnc/config.d/vncserver-x11:2'],
  },
  {
    rule: 'authorized-keys',
    what: 'a key of the builder',
    seed(tree) {
      tree.makeDirectory('/root/.ssh', { mode: 0o700 });
      put(tree, '/root/.ssh/authorized_keys', '# me\nssh-ed25519 AAAA me@desk\n', { mode: 0o600 });
    },
    finds: ['/root/.ssh/authorized_keys'],
  },
  {
    rule: 'shell-history',
    what: 'what was typed while the image was made',
    seed(tree) {
      put(tree, '/root/.bash_history', 'apt update\n', { mode: 0o600 });
      put(tree, '/home/pi/.python_history', 'import os\n', owner);
    },
    finds: ['/home/pi/.python_history', '/root/.bash_history'],
    leaves: [],
  },
  {
    rule: 'logs',
    what: 'a log of logins, and a journal',
    seed(tree) {
      put(tree, '/var/log/auth.log', 'sshd: Accepted password for pi from 192.0.2.1\n', { mode: 0o640 });
      put(tree, `/var/log/journal/${id.trim()}/system.journal`, 'LPKSHHRH');
    },
    finds: ['/var/log/auth.log', `/var/log/journal/${id.trim()}/system.journal`],
    leaves: [],
  },
  {
    rule: 'build-leftovers',
    what: 'what keeps services from starting, an emulator, and the proxy of the builder',
    seed(tree) {
      put(tree, '/usr/sbin/policy-rc.d', '#!/bin/sh\nexit 101\n', { mode: 0o755 });
      put(tree, '/usr/bin/qemu-arm-static', 'program', { mode: 0o755 });
      put(tree, '/etc/apt/apt.conf.d/51cache', 'Acquire::http::Proxy "http://192.0.2.1:3142";\n');
    },
    finds: ['/etc/apt/apt.conf.d/51cache:1', '/usr/bin/qemu-arm-static', '/usr/sbin/policy-rc.d'],
    leaves: ['/etc/apt/apt.conf.d/51cache:1'],
  },
];

export const leakInnocents: readonly Innocent[] = [
  {
    rule: 'machine-id',
    what: 'an id that the first boot makes, and a link to it',
    seed(tree) {
      put(tree, '/etc/machine-id', 'uninitialized\n');
      put(tree, '/var/lib/dbus/placeholder', '');
      tree.makeLink('/var/lib/dbus/machine-id', '/etc/machine-id');
    },
  },
  {
    rule: 'ssh-host-keys',
    what: 'public halves and other files of ssh',
    seed(tree) {
      put(tree, '/etc/ssh/ssh_config', 'Host *\n');
      put(tree, '/etc/ssh/moduli', '2\n');
    },
  },
  {
    rule: 'private-keys',
    what: 'public keys and settings beside them',
    seed(tree) {
      put(tree, '/home/pi/.ssh/id_ed25519.pub', 'ssh-ed25519 AAAA me@desk\n', owner);
      put(tree, '/home/pi/.ssh/known_hosts', 'example.org ssh-ed25519 AAAA\n', owner);
      put(tree, '/home/pi/.ssh/config', 'Host *\n', owner);
    },
  },
  {
    rule: 'stored-credentials',
    what: 'the same files without a login in them',
    seed(tree) {
      put(tree, '/home/pi/.docker/config.json', '{"auths": {"ghcr.io": {}}, "credsStore": "pass"}\n', owner);
      // biome-ignore lint/suspicious/noTemplateCurlyInString: npm's own way to name a variable
      put(tree, '/home/pi/.npmrc', '//registry.example.org/:_authToken=${NPM_TOKEN}\n', owner);
      put(tree, '/home/pi/.netrc', 'machine example.org\n', owner);
      put(tree, '/etc/environment', 'PATH="/usr/bin"\n');
    },
  },
  {
    rule: 'apt-credentials',
    what: 'a line that was commented out, and an address with an @ in its path',
    seed: (tree) =>
      append(
        tree,
        '/etc/apt/sources.list',
        '#deb https://me:secret@apt.example.org buster main\ndeb https://apt.example.org/@team buster main\n',
      ),
  },
  {
    rule: 'set-up-passwords',
    what: 'set-up files without a password',
    on: 'trixie-lite',
    seed: (tree) =>
      put(tree, '/boot/firmware/user-data', '#cloud-config\nssh_pwauth: false\n#  passwd: $5$x$y\n'),
  },
  {
    rule: 'logs',
    what: 'empty logs, what dpkg has logged, and a lastlog of zeros',
    seed(tree) {
      put(tree, '/var/log/auth.log', '');
      put(tree, '/var/log/dpkg.log', '2021-05-07 install base-files\n');
      put(tree, '/var/log/lastlog', Buffer.alloc(292));
    },
  },
  {
    rule: 'shell-history',
    what: 'an empty history',
    seed: (tree) => put(tree, '/root/.bash_history', '', { mode: 0o600 }),
  },
  {
    rule: 'build-leftovers',
    what: 'no proxy, and one that is commented out',
    seed(tree) {
      put(tree, '/etc/apt/apt.conf.d/99direct', 'Acquire::http::Proxy "DIRECT";\n');
      put(tree, '/etc/apt/apt.conf.d/99proxy', '// Acquire::http::Proxy "http://192.0.2.1:3142";\n');
      replace(tree, '/etc/hostname', 'raspberrypi', 'raspberrypi ');
    },
  },
];

import type { Tree } from '../../../src/model/tree.ts';
import { testDiskId } from '../../fixtures/os-trees.ts';
import { append, install, put, replace, testTable } from '../context.ts';
import type { Innocent, Seed } from './seed.ts';

const cmdline = '/boot/cmdline.txt';
const config = '/boot/config.txt';
const bootId = /PARTUUID=[0-9a-f]{8}-01/;
const rootId = /PARTUUID=[0-9a-f]{8}-02/;
const diskId = (tree: Tree): string =>
  /[0-9a-f]{8}(?=-02)/.exec(tree.readText('/etc/fstab') ?? '')?.[0] ?? '';
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');

export const bootSeeds: readonly Seed[] = [
  {
    rule: 'text-format',
    what: 'CR LF in a wpa_supplicant.conf on the boot partition',
    seed: (tree) => put(tree, '/boot/wpa_supplicant.conf', 'country=GB\r\nupdate_config=1\r\n'),
    finds: ['/boot/wpa_supplicant.conf:1'],
    leaves: [],
  },
  {
    rule: 'text-format',
    what: 'CR LF in cmdline.txt',
    seed: (tree) => replace(tree, cmdline, /\n$/, '\r\n'),
    finds: [`${cmdline}:1`],
    leaves: [],
  },
  {
    rule: 'text-format',
    what: 'CR LF in config.txt',
    seed: (tree) => replace(tree, config, /\n/g, '\r\n'),
    finds: [`${config}:1`],
    leaves: [],
  },
  {
    rule: 'text-format',
    what: 'a byte order mark in config.txt',
    seed: (tree) => put(tree, config, `\ufeff${tree.readText(config)}`),
    finds: [config],
    leaves: [],
  },
  {
    rule: 'text-format',
    what: 'a byte order mark and CR LF in firstrun.sh',
    seed(tree) {
      put(tree, '/boot/firstrun.sh', '\ufeff#!/bin/sh\r\nexit 0\r\n');
      replace(tree, cmdline, ' quiet', ' quiet systemd.run=/boot/firstrun.sh');
    },
    finds: ['/boot/firstrun.sh:1'],
    also: ['systemd-run-order'],
    leaves: [],
  },
  {
    rule: 'text-format',
    what: 'a userconf.txt with CR LF',
    on: 'bullseye-lite',
    seed: (tree) => put(tree, '/boot/userconf.txt', 'me:$6$salt$hash\r\n'),
    finds: ['/boot/userconf.txt:1'],
    also: ['set-up-passwords'],
    leaves: [],
  },
  {
    rule: 'text-format',
    what: 'config.txt saved as UTF-16',
    seed: (tree) => put(tree, config, utf16('dtparam=audio=on\r\n')),
    finds: [config],
    leaves: [],
  },
  {
    rule: 'text-format',
    what: 'a program of the user in /usr/local/bin with CR LF',
    seed: (tree) => put(tree, '/usr/local/bin/hello', '#!/bin/sh\r\necho hello\r\n', { mode: 0o755 }),
    finds: ['/usr/local/bin/hello:1'],
    leaves: [],
  },
  {
    rule: 'cmdline-lines',
    what: 'a second line',
    seed: (tree) => append(tree, cmdline, 'cgroup_enable=memory\n'),
    finds: [`${cmdline}:2`],
    leaves: [`${cmdline}:2`],
  },
  {
    rule: 'cmdline-lines',
    what: 'an empty line before the words',
    seed: (tree) => put(tree, cmdline, `\n${tree.readText(cmdline)}`),
    finds: [`${cmdline}:1`],
    leaves: [],
  },
  {
    rule: 'cmdline-lines',
    what: 'an empty file',
    seed: (tree) => put(tree, cmdline, '\n'),
    finds: [cmdline],
    leaves: [cmdline],
  },
  {
    rule: 'cmdline-lines',
    what: 'no file',
    seed: (tree) => tree.remove(cmdline),
    finds: [cmdline],
    leaves: [cmdline],
  },
  {
    rule: 'cmdline-root',
    what: 'no root=',
    seed: (tree) => replace(tree, cmdline, / root=\S+/, ''),
    finds: [`${cmdline}:1`],
    leaves: [],
  },
  {
    rule: 'init-first',
    what: 'the resize script as the first word',
    seed(tree) {
      const init = 'init=/usr/lib/raspi-config/init_resize.sh';
      replace(tree, cmdline, ` ${init}`, '');
      put(tree, cmdline, `${init} ${tree.readText(cmdline)}`);
    },
    finds: [`${cmdline}:1`],
    leaves: [],
  },
  {
    rule: 'systemd-run-order',
    what: 'words behind those of Raspberry Pi Imager',
    seed(tree) {
      put(tree, '/boot/firstrun.sh', '#!/bin/sh\nexit 0\n');
      const run = 'systemd.run=/boot/firstrun.sh systemd.unit=kernel-command-line.target';
      replace(tree, cmdline, /\n$/, ` ${run} cgroup_enable=memory\n`);
    },
    finds: [`${cmdline}:1`],
    leaves: [],
  },
  {
    rule: 'partition-reference',
    what: 'the PARTUUID of another disk in cmdline.txt',
    seed: (tree) => replace(tree, cmdline, rootId, 'PARTUUID=0badc0de-02'),
    finds: [`${cmdline}:1`],
    leaves: [],
  },
  {
    rule: 'partition-reference',
    what: 'the PARTUUIDs of another disk in fstab',
    seed: (tree) => replace(tree, '/etc/fstab', new RegExp(diskId(tree), 'g'), '0badc0de'),
    finds: ['/etc/fstab:2', '/etc/fstab:3'],
    leaves: [],
  },
  {
    rule: 'partition-reference',
    what: 'a new disk id, as dd and fdisk leave it',
    seed: () => {},
    given: { table: testTable('0badc0de') },
    finds: [`${cmdline}:1`, '/etc/fstab:2', '/etc/fstab:3'],
    leaves: [],
  },
  {
    rule: 'partition-reference',
    what: 'a label that no partition has',
    seed: (tree) => replace(tree, '/etc/fstab', bootId, 'LABEL=bootfs'),
    finds: ['/etc/fstab:2'],
    leaves: ['/etc/fstab:2'],
  },
  {
    rule: 'partition-reference',
    what: 'a device of another number',
    seed: (tree) => replace(tree, cmdline, rootId, '/dev/mmcblk0p3'),
    finds: [`${cmdline}:1`],
    leaves: [`${cmdline}:1`],
  },
  {
    rule: 'partuuid-elsewhere',
    what: 'a PARTUUID in a mount unit',
    seed: (tree) =>
      put(
        tree,
        '/etc/systemd/system/boot.mount',
        `[Mount]\nWhat=/dev/disk/by-partuuid/${diskId(tree)}-01\nWhere=/boot\n`,
      ),
    finds: ['/etc/systemd/system/boot.mount:2'],
  },
  {
    rule: 'partuuid-elsewhere',
    what: 'a PARTUUID in a script on the boot partition',
    on: 'bookworm-lite',
    seed: (tree) =>
      put(tree, '/boot/firmware/extra.sh', `#!/bin/sh\nmount PARTUUID=${diskId(tree)}-02 /mnt\n`),
    finds: ['/boot/firmware/extra.sh:2'],
  },
  {
    rule: 'partition-after-root',
    what: 'a third partition for data',
    seed: () => {},
    given: {
      table: {
        ...testTable(),
        partitions: [
          ...testTable().partitions,
          {
            number: 3,
            type: '83',
            offset: 2 ** 31,
            size: 2 ** 20,
            partUuid: `${testDiskId}-03`,
            bootable: false,
          },
        ],
      },
    },
    finds: ['/'],
  },
  {
    rule: 'config-filter',
    what: 'lines appended to a section for the Pi 4',
    seed: (tree) => replace(tree, config, /\[all\][^[]*$/, 'enable_uart=1\n'),
    finds: [`${config}:34`],
  },
  {
    rule: 'config-line-length',
    what: 'a line of 120 characters',
    seed: (tree) => append(tree, config, `dtoverlay=${'x'.repeat(110)}\n`),
    finds: [`${config}:39`],
  },
  ...['ssh.txt.txt', 'ssh (1)', 'WPA_supplicant.conf.TXT', 'cmdline.txt.txt', 'userconf.txt.txt'].map(
    (name): Seed => ({
      rule: 'look-alike',
      what: name,
      seed: (tree) => put(tree, `/boot/${name}`, ''),
      finds: [`/boot/${name}`],
      leaves: name.startsWith('WPA') ? [] : [`/boot/${name}`],
    }),
  ),
  {
    rule: 'look-alike',
    what: 'wpa_suplicant.conf, with one p',
    seed: (tree) => put(tree, '/boot/wpa_suplicant.conf', 'country=GB\n'),
    finds: ['/boot/wpa_suplicant.conf'],
    leaves: ['/boot/wpa_suplicant.conf'],
  },
  {
    rule: 'ignored-drop-in',
    what: 'wpa_supplicant.conf on Bookworm',
    on: 'bookworm-lite',
    seed: (tree) => put(tree, '/boot/firmware/wpa_supplicant.conf', 'country=GB\n'),
    finds: ['/boot/firmware/wpa_supplicant.conf'],
  },
  {
    rule: 'ignored-drop-in',
    what: 'userconf.txt on Buster',
    seed: (tree) => put(tree, '/boot/userconf.txt', ''),
    finds: ['/boot/userconf.txt'],
  },
  {
    rule: 'ignored-drop-in',
    what: 'custom.toml on Trixie',
    on: 'trixie-lite',
    seed: (tree) => put(tree, '/boot/firmware/custom.toml', 'config_version = 1\n'),
    finds: ['/boot/firmware/custom.toml'],
  },
  {
    rule: 'ignored-drop-in',
    what: 'firstrun.sh that nothing runs',
    on: 'trixie-lite',
    seed: (tree) => put(tree, '/boot/firmware/firstrun.sh', '#!/bin/sh\n'),
    finds: ['/boot/firmware/firstrun.sh'],
  },
  {
    rule: 'ignored-drop-in',
    what: 'the ssh flag without the unit that looks for it',
    seed(tree) {
      tree.remove('/etc/systemd/system/multi-user.target.wants/sshswitch.service');
      put(tree, '/boot/ssh', '');
    },
    finds: ['/boot/ssh'],
  },
  {
    rule: 'wrong-boot-folder',
    what: 'settings in /boot of Bookworm',
    on: 'bookworm-lite',
    seed: (tree) => put(tree, '/boot/config.txt', 'enable_uart=1\n'),
    finds: ['/boot/config.txt'],
  },
  {
    rule: 'wrong-boot-folder',
    what: 'files written while the boot partition was not mounted',
    seed: () => {},
    given: {
      mounts: [
        {
          number: 2,
          at: '/',
          volume: {
            label: 'rootfs',
            stat: () => ({
              kind: 'directory',
              size: 0,
              mode: 0o755,
              uid: 0,
              gid: 0,
              mtime: 0,
              links: 2,
              inode: 2,
            }),
            list: () => [
              { name: 'ssh', kind: 'file' },
              { name: 'notes', kind: 'file' },
            ],
          },
        },
      ],
    },
    finds: ['/boot/ssh'],
  },
  {
    rule: 'cloud-init-seed',
    what: 'user-data without meta-data',
    on: 'trixie-lite',
    seed(tree) {
      tree.remove('/boot/firmware/meta-data');
      put(tree, '/boot/firmware/user-data', '#cloud-config\nhostname: kitchen\n');
    },
    finds: ['/boot/firmware/user-data'],
  },
  {
    rule: 'cloud-init-seed',
    what: 'user-data without its first line',
    on: 'trixie-lite',
    seed: (tree) => put(tree, '/boot/firmware/user-data', 'hostname: kitchen\n'),
    finds: ['/boot/firmware/user-data:1'],
  },
];

export const bootInnocents: readonly Innocent[] = [
  {
    rule: 'text-format',
    what: 'a binary program in /usr/local/bin with CR LF in it',
    seed: (tree) => put(tree, '/usr/local/bin/tool', Buffer.from('\x7fELF\r\n\r\n')),
  },
  {
    rule: 'cmdline-lines',
    what: 'no line end at all, as Raspberry Pi Imager leaves it',
    seed: (tree) => replace(tree, cmdline, /\n$/, ''),
  },
  {
    rule: 'cmdline-root',
    what: 'a root on the network',
    seed: (tree) => replace(tree, cmdline, / root=\S+/, ' root=/dev/nfs nfsroot=10.0.0.1:/pi'),
  },
  {
    rule: 'partition-reference',
    what: 'labels that are there, and the UUID of a disk that is plugged in later',
    seed(tree) {
      replace(tree, '/etc/fstab', bootId, 'LABEL=boot');
      append(tree, '/etc/fstab', 'PARTUUID=0badc0de-01 /mnt/usb ext4 nofail 0 2\n');
    },
  },
  {
    rule: 'partition-reference',
    what: 'another case of the id, and a device of the right number',
    seed(tree) {
      replace(tree, '/etc/fstab', diskId(tree), diskId(tree).toUpperCase());
      replace(tree, cmdline, rootId, '/dev/sda2');
    },
  },
  {
    rule: 'partuuid-elsewhere',
    what: 'a PARTUUID in a unit, when the first boot keeps the id',
    seed(tree) {
      replace(tree, '/var/lib/dpkg/status', 'Version: 20210429', 'Version: 20200205');
      put(tree, '/etc/systemd/system/boot.mount', `[Mount]\nWhat=PARTUUID=${diskId(tree)}-01\n`);
    },
  },
  {
    rule: 'partition-after-root',
    what: 'a third partition on a card that has booted already',
    seed: (tree) => replace(tree, cmdline, / init=\S+/, ''),
    given: {
      table: {
        ...testTable(),
        partitions: [
          ...testTable().partitions,
          { number: 3, type: '83', offset: 2 ** 31, size: 2 ** 20, partUuid: 'x-03', bootable: false },
        ],
      },
    },
  },
  {
    rule: 'config-filter',
    what: 'a section for some boards in the middle, [ALL] at the end',
    seed: (tree) => append(tree, config, '[pi4]\narm_boost=1\n[ALL]\nenable_uart=1\n'),
  },
  {
    rule: 'config-line-length',
    what: 'a long comment',
    seed: (tree) => append(tree, config, `# ${'x'.repeat(200)}\n`),
  },
  {
    rule: 'look-alike',
    what: 'a copy that was kept on purpose, and files of others',
    seed(tree) {
      for (const name of ['config.txt.bak', 'usercfg.txt', 'syscfg.txt', 'ssh-notes.txt', 'wpa2.txt'])
        put(tree, `/boot/${name}`, '');
    },
  },
  {
    rule: 'ignored-drop-in',
    what: 'each drop-in where it is read',
    on: 'bullseye-lite',
    seed(tree) {
      for (const name of ['wpa_supplicant.conf', 'userconf.txt', 'custom.toml'])
        put(tree, `/boot/${name}`, '');
    },
  },
  {
    rule: 'wrong-boot-folder',
    what: 'the pointers that Bookworm leaves in /boot',
    on: 'bookworm-lite',
    seed: (tree) =>
      put(tree, '/boot/config.txt', 'DO NOT EDIT THIS FILE\n\nIt is now /boot/firmware/config.txt\n'),
  },
  {
    rule: 'cloud-init-seed',
    what: 'user-data with everything it needs',
    on: 'trixie-lite',
    seed: (tree) => put(tree, '/boot/firmware/user-data', '#cloud-config\nhostname: kitchen\n'),
  },
  {
    rule: 'docker-cgroups',
    what: 'packages that only have docker in their name',
    seed: (tree) => install(tree, 'docker-doc', '1.0'),
  },
];

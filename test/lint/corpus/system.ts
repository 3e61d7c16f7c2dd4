import { append, enable, install, put, replace } from '../context.ts';
import type { Innocent, Seed } from './seed.ts';

const sources = '/etc/apt/sources.list';
const gone = 'deb http://raspbian.raspberrypi.org/raspbian/ buster main contrib non-free rpi\n';

export const systemSeeds: readonly Seed[] = [
  {
    rule: 'apt-sources',
    what: 'the archive of Buster at its old address',
    seed: (tree) => put(tree, sources, gone),
    finds: [`${sources}:1`],
    leaves: [],
  },
  {
    rule: 'apt-sources',
    what: 'the old address in a list of its own',
    seed: (tree) => put(tree, '/etc/apt/sources.list.d/more.list', `# more\n${gone}`),
    finds: ['/etc/apt/sources.list.d/more.list:2'],
    leaves: ['/etc/apt/sources.list.d/more.list:2'],
  },
  {
    rule: 'fake-hwclock',
    what: 'a clock of two years ago',
    seed: (tree) => put(tree, '/etc/fake-hwclock.data', '2024-11-24 12:00:00\n'),
    finds: ['/etc/fake-hwclock.data'],
    leaves: [],
  },
  {
    rule: 'fake-hwclock',
    what: 'a clock on the boot partition',
    seed(tree) {
      tree.remove('/etc/fake-hwclock.data');
      put(tree, '/boot/clock', '2026-11-24 12:00:00\n');
      tree.makeLink('/etc/fake-hwclock.data', '/boot/clock');
    },
    finds: ['/etc/fake-hwclock.data'],
    leaves: ['/etc/fake-hwclock.data'],
  },
  {
    rule: 'locale',
    what: 'a language that locale.gen does not name',
    seed: (tree) => put(tree, '/etc/default/locale', 'LANG=de_DE.UTF-8\n'),
    finds: ['/etc/default/locale:1'],
  },
  {
    rule: 'locale',
    what: 'a language that locale.gen names, but that was not generated',
    seed(tree) {
      put(tree, '/usr/lib/locale/locale-archive', Buffer.from('\x09\x01\x02\xde\0en_GB.utf8\0', 'latin1'));
      put(tree, '/etc/locale.gen', 'de_DE.UTF-8 UTF-8\n');
      put(tree, '/etc/default/locale', '# none\nLANG="de_DE.UTF-8"\n');
    },
    finds: ['/etc/default/locale:2'],
  },
  {
    rule: 'vnc-without-desktop',
    what: 'VNC on an image without a desktop',
    seed(tree) {
      replace(tree, '/etc/shadow', /^pi:[^:]*/m, 'pi:*');
      enable(tree, 'vncserver-x11-serviced.service');
    },
    finds: ['/etc/systemd/system'],
  },
  {
    rule: 'vnc-without-desktop',
    what: 'VNC on a desktop that does not start',
    on: 'bookworm-desktop',
    seed(tree) {
      enable(tree, 'wayvnc.service');
      tree.remove('/etc/systemd/system/default.target');
      tree.makeLink('/etc/systemd/system/default.target', '/lib/systemd/system/multi-user.target');
    },
    finds: ['/etc/systemd/system/default.target'],
  },
  {
    rule: 'vnc-no-screen',
    what: 'VNC without a screen for it',
    on: 'buster-desktop',
    seed(tree) {
      replace(tree, '/etc/shadow', /^pi:[^:]*/m, 'pi:*');
      enable(tree, 'vncserver-x11-serviced.service');
    },
    finds: ['/boot/config.txt'],
  },
  {
    rule: 'docker-cgroups',
    what: 'Docker installed, and the kernel as it came',
    seed: (tree) => install(tree, 'docker-ce', '5:26.1.4'),
    finds: ['/boot/cmdline.txt:1'],
    also: ['docker-libseccomp'],
    leaves: [],
  },
  {
    rule: 'docker-libseccomp',
    what: "Docker's package on 32-bit Buster",
    seed(tree) {
      install(tree, 'docker.io', '18.09.1');
      replace(tree, '/boot/cmdline.txt', /\n$/, ' cgroup_enable=memory\n');
    },
    finds: ['/var/lib/dpkg/status'],
  },
];

export const systemInnocents: readonly Innocent[] = [
  {
    rule: 'apt-sources',
    what: 'the old address in a comment, and the same server for a release that it has',
    on: 'bullseye-lite',
    seed: (tree) => append(tree, sources, `#${gone}`),
  },
  {
    rule: 'fake-hwclock',
    what: 'an old file without the package that reads it',
    on: 'bookworm-lite',
    seed: (tree) => put(tree, '/etc/fake-hwclock.data', '2020-01-01 00:00:00\n'),
  },
  {
    rule: 'locale',
    what: 'languages that are there: built in, in the archive, in a folder',
    seed(tree) {
      put(tree, '/usr/lib/locale/locale-archive', Buffer.from('\0de_DE.utf8\0'));
      put(tree, '/usr/lib/locale/fr_FR.utf8/LC_CTYPE', '');
      put(tree, '/etc/default/locale', 'LANG=de_DE.UTF-8\n');
      put(tree, '/etc/locale.conf', 'LANG=fr_FR.utf8\n');
    },
  },
  {
    rule: 'docker-libseccomp',
    what: 'Docker on a release with a newer libseccomp',
    on: 'bullseye-lite',
    seed(tree) {
      install(tree, 'docker.io', '20.10.5');
      install(tree, 'libseccomp2', '2.5.1-1');
      replace(tree, '/boot/cmdline.txt', /\n$/, ' cgroup_enable=memory\n');
    },
  },
];

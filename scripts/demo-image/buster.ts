import { accountEntries } from './accounts.ts';
import { busterNetworkEntries, configurationEntries, fstab, osRelease, rpiIssue } from './configuration.ts';
import { elfStub } from './elf.ts';
import { file, link, type NewEntry, withParents } from './entry.ts';
import { busterDesktopPackages, busterPackages, dpkgStatus } from './packages.ts';
import { busterDesktopUnits, busterUnits, unitEntries } from './units.ts';
import { zoneEntries } from './zoneinfo.ts';

interface BusterOptions {
  readonly desktop: boolean;
  /** Eight hexadecimal digits, as in PARTUUID. */
  readonly diskId: string;
}

const release = { id: 'raspbian', name: 'Raspbian', version: '10', codename: 'buster', date: '2021-05-07' };
const stageOf = (desktop: boolean): string => (desktop ? 'stage4' : 'stage2');

/** Stands where a shell script of Raspbian is that pi-image looks for but never runs. */
const placeholder = (what: string): string =>
  `#!/bin/sh\n# Stands for: ${what}. This image is a demonstration.\nexit 0\n`;

/** Root file system of Raspbian Buster, as far as pi-image looks at one or changes it. */
export function busterRoot({ desktop, diskId }: BusterOptions): readonly NewEntry[] {
  const packages = desktop ? { ...busterPackages, ...busterDesktopPackages } : busterPackages;
  const units = desktop ? [...busterUnits, ...busterDesktopUnits] : busterUnits;
  const stub = elfStub('armhf');
  const program = { mode: 0o755 };
  return withParents([
    ...accountEntries(),
    ...configurationEntries(),
    ...busterNetworkEntries(),
    ...unitEntries(units),
    ...zoneEntries(),
    ...(desktop ? desktopEntries() : []),
    file('/etc/fstab', fstab(diskId)),
    link('/etc/os-release', '../usr/lib/os-release'),
    file('/usr/lib/os-release', osRelease({ ...release, stage: stageOf(desktop) })),
    file('/etc/debian_version', '10.9\n'),
    file('/etc/rpi-issue', rpiIssue({ ...release, stage: stageOf(desktop) })),
    file(
      '/etc/apt/sources.list',
      'deb http://raspbian.raspberrypi.org/raspbian/ buster main contrib non-free rpi\n' +
        '#deb-src http://raspbian.raspberrypi.org/raspbian/ buster main contrib non-free rpi\n',
    ),
    file(
      '/etc/apt/sources.list.d/raspi.list',
      'deb http://archive.raspberrypi.org/debian/ buster main\n#deb-src http://archive.raspberrypi.org/debian/ buster main\n',
    ),
    file('/var/lib/dpkg/status', dpkgStatus(packages, 'armhf')),
    file('/etc/init.d/resize2fs_once', placeholder('growing the root file system, once'), program),
    link('/etc/rc3.d/S01resize2fs_once', '../init.d/resize2fs_once'),
    file(
      '/usr/lib/raspi-config/init_resize.sh',
      placeholder('growing the root partition in the first boot'),
      program,
    ),
    file('/bin/dash', stub, program),
    link('/bin/sh', 'dash'),
    file('/bin/bash', stub, program),
    file('/lib/systemd/systemd', stub, program),
    file('/lib/systemd/systemd-time-wait-sync', stub, program),
    link('/sbin/init', '/lib/systemd/systemd'),
    file('/usr/bin/raspi-config', placeholder('the settings menu'), program),
    file('/usr/sbin/iptables-legacy', stub, program),
    link('/usr/sbin/iptables', '/etc/alternatives/iptables'),
    link('/etc/alternatives/iptables', '/usr/sbin/iptables-legacy'),
    file('/usr/sbin/locale-gen', placeholder('making locales'), program),
    file('/usr/sbin/rfkill', stub, program),
    file('/usr/sbin/sshd', stub, program),
    ...(desktop ? [] : [link('/etc/systemd/system/default.target', '/lib/systemd/system/multi-user.target')]),
  ]);
}

function desktopEntries(): readonly NewEntry[] {
  return [
    link('/etc/systemd/system/default.target', '/lib/systemd/system/graphical.target'),
    link('/etc/systemd/system/display-manager.service', '/lib/systemd/system/lightdm.service'),
    file(
      '/etc/lightdm/lightdm.conf',
      '# Settings of the display manager.\n[LightDM]\n\n[Seat:*]\ngreeter-session=pi-greeter\ngreeter-hide-users=false\n' +
        'display-setup-script=/usr/share/dispsetup.sh\nautologin-user=pi\n\n[XDMCPServer]\n\n[VNCServer]\n',
    ),
    file(
      '/etc/xdg/autostart/piwiz.desktop',
      '[Desktop Entry]\nType=Application\nName=First steps\nExec=sudo piwiz\n',
    ),
    file('/usr/bin/vncserver-x11', elfStub('armhf'), { mode: 0o755 }),
  ];
}

/** The words of Buster's cmdline.txt before its first boot. */
export const busterCommandLine = (diskId: string): string =>
  `console=serial0,115200 console=tty1 root=PARTUUID=${diskId}-02 rootfstype=ext4 elevator=deadline ` +
  'fsck.repair=yes rootwait quiet init=/usr/lib/raspi-config/init_resize.sh\n';

const configTxt = `# Settings of the firmware.
# https://www.raspberrypi.com/documentation/computers/config_txt.html

# No picture? This asks the display for nothing special.
#hdmi_safe=1

# Black borders around the picture
#disable_overscan=1

# Size of a console without a display
#framebuffer_width=1280
#framebuffer_height=720

# Use HDMI although nothing is plugged in
#hdmi_force_hotplug=1

# Group and mode of the picture
#hdmi_group=1
#hdmi_mode=1

# Use HDMI, not DVI, even where it is not offered
#hdmi_drive=2

# Interfaces on the pins
#dtparam=i2c_arm=on
#dtparam=i2s=on
#dtparam=spi=on

# Sound
dtparam=audio=on

[pi4]
# Graphics driver, and room for two screens
dtoverlay=vc4-fkms-v3d
max_framebuffers=2

[all]
#dtoverlay=vc4-fkms-v3d
`;

/** Boot partition of Raspbian Buster; paths start at the root of the partition. Kernels and firmware are mere names. */
export function busterBoot({ desktop, diskId }: BusterOptions): readonly NewEntry[] {
  const dummies = ['bootcode.bin', 'start.elf', 'start4.elf', 'fixup.dat', 'fixup4.dat', 'kernel.img'];
  const trees = ['bcm2708-rpi-zero-w.dtb', 'bcm2710-rpi-3-b-plus.dtb', 'bcm2711-rpi-4-b.dtb'];
  const overlays = ['vc4-fkms-v3d.dtbo', 'disable-bt.dtbo', 'i2c-rtc.dtbo'];
  return withParents([
    ...[...dummies, 'kernel7.img', 'kernel7l.img', 'kernel8.img', ...trees].map((name) =>
      file(`/${name}`, `not a real ${name}\n`),
    ),
    ...overlays.map((name) => file(`/overlays/${name}`, `not a real ${name}\n`)),
    file('/overlays/README', 'Device tree overlays of a Pi would be here.\n'),
    file('/cmdline.txt', busterCommandLine(diskId)),
    file('/config.txt', configTxt),
    file('/issue.txt', rpiIssue({ ...release, stage: stageOf(desktop) })),
  ]);
}

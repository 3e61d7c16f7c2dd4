import { file, link, type NewEntry } from './entry.ts';

const folder = '/lib/systemd/system';
const enabled = '/etc/systemd/system';

interface Unit {
  readonly name: string;
  readonly text: string;
  /** Targets that want it. */
  readonly wantedBy?: readonly string[];
  /** @default /lib/systemd/system */
  readonly folder?: string;
}

const service = (description: string, unit: string, run: string, install = 'multi-user.target'): string =>
  `[Unit]\nDescription=${description}\n${unit}\n[Service]\n${run}\n[Install]\nWantedBy=${install}\n`;

const target = (description: string): string => `[Unit]\nDescription=${description}\n`;

export const busterUnits: readonly Unit[] = [
  { name: 'multi-user.target', text: target('Many users') },
  { name: 'graphical.target', text: target('A desktop') },
  { name: 'network-online.target', text: target('The network is up') },
  { name: 'timers.target', text: target('Timers') },
  {
    name: 'getty@.service',
    text: service('Login on %I', '', 'ExecStart=-/sbin/agetty --noclear %I linux\n', 'getty.target'),
  },
  {
    name: 'ssh.service',
    text: `${service(
      'Secure shell server',
      'After=network.target\nConditionPathExists=!/etc/ssh/sshd_not_to_be_run\n',
      'ExecStart=/usr/sbin/sshd -D\nRestart=on-failure\n',
    )}Alias=sshd.service\n`,
  },
  {
    name: 'sshswitch.service',
    text: service(
      'Switch the secure shell on when the boot partition says so',
      'ConditionPathExistsGlob=/boot/ssh{,.txt}\nAfter=regenerate_ssh_host_keys.service\n',
      'Type=oneshot\nExecStart=/bin/sh -c "systemctl enable --now ssh && rm -f /boot/ssh /boot/ssh.txt"\n',
    ),
    wantedBy: ['multi-user.target'],
  },
  {
    name: 'regenerate_ssh_host_keys.service',
    text: service(
      'Make host keys for this machine alone',
      'Before=ssh.service\n',
      'Type=oneshot\nExecStart=/usr/bin/ssh-keygen -A\nExecStartPost=/bin/systemctl disable regenerate_ssh_host_keys\n',
    ),
    wantedBy: ['multi-user.target'],
  },
  {
    name: 'raspberrypi-net-mods.service',
    text: service(
      'Take Wi-Fi settings from the boot partition',
      'ConditionPathExists=/boot/wpa_supplicant.conf\nBefore=dhcpcd.service\nAfter=systemd-rfkill.service\n',
      'Type=oneshot\nExecStart=/bin/mv /boot/wpa_supplicant.conf /etc/wpa_supplicant/wpa_supplicant.conf\n' +
        'ExecStart=/bin/chmod 600 /etc/wpa_supplicant/wpa_supplicant.conf\nExecStart=/usr/sbin/rfkill unblock wifi\n',
    ),
    wantedBy: ['multi-user.target'],
  },
  {
    name: 'dhcpcd.service',
    text: service(
      'Addresses for all interfaces',
      'Wants=network.target\nBefore=network.target\n',
      'Type=forking\nExecStart=/sbin/dhcpcd -q -b\n',
    ),
    wantedBy: ['multi-user.target'],
  },
  {
    name: 'wpa_supplicant.service',
    text: service('Wi-Fi keys', '', 'ExecStart=/sbin/wpa_supplicant -u -s -O /run/wpa_supplicant\n'),
    wantedBy: ['multi-user.target'],
  },
  {
    name: 'avahi-daemon.service',
    text: service('Names on the local network', '', 'ExecStart=/usr/sbin/avahi-daemon -s\n'),
    wantedBy: ['multi-user.target'],
  },
  {
    name: 'fake-hwclock.service',
    text: service(
      'The time of the last shutdown',
      'DefaultDependencies=no\n',
      'Type=oneshot\nExecStart=/sbin/fake-hwclock load\n',
      'sysinit.target',
    ),
    wantedBy: ['sysinit.target'],
  },
  {
    name: 'keyboard-setup.service',
    text: service(
      'Layout of the console',
      '',
      'Type=oneshot\nExecStart=/lib/console-setup/keyboard-setup.sh\n',
    ),
    wantedBy: ['sysinit.target'],
  },
  {
    name: 'systemd-timesyncd.service',
    text: service(
      'Time from the network',
      '',
      'ExecStart=/lib/systemd/systemd-timesyncd\n',
      'sysinit.target',
    ),
    wantedBy: ['sysinit.target'],
  },
  {
    name: 'systemd-time-wait-sync.service',
    text: service(
      'Wait for the time',
      '',
      'Type=oneshot\nExecStart=/lib/systemd/systemd-time-wait-sync\n',
      'sysinit.target',
    ),
  },
  {
    name: 'systemd-rfkill.service',
    text: service('Keep radios as they were', '', 'ExecStart=/lib/systemd/systemd-rfkill\n'),
  },
];

export const busterDesktopUnits: readonly Unit[] = [
  {
    name: 'lightdm.service',
    text: `[Unit]\nDescription=Light display manager\n\n[Service]\nExecStart=/usr/sbin/lightdm\nRestart=always\n\n[Install]\nAlias=display-manager.service\n`,
  },
  {
    name: 'vncserver-x11-serviced.service',
    folder: '/usr/lib/systemd/system',
    text: service(
      'VNC server that shows the screen',
      'After=network.target\n',
      'ExecStart=/usr/bin/vncserver-x11-serviced -fg\nKillMode=process\n',
    ),
  },
  {
    name: 'vncserver-virtuald.service',
    folder: '/usr/lib/systemd/system',
    text: service('VNC server with screens of its own', '', 'ExecStart=/usr/bin/vncserver-virtuald -fg\n'),
  },
];

/** The unit files, and the links that enabling them leaves. */
export function unitEntries(units: readonly Unit[]): readonly NewEntry[] {
  return units.flatMap((unit) => {
    const path = `${unit.folder ?? folder}/${unit.name}`;
    const links = (unit.wantedBy ?? []).map((by) => link(`${enabled}/${by}.wants/${unit.name}`, path));
    return [file(path, unit.text), ...links];
  });
}

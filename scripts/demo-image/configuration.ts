import { directory, file, link, type NewEntry } from './entry.ts';

interface ReleaseOptions {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly codename: string;
  /** `2021-05-07` and `stage4`. */
  readonly date: string;
  readonly stage: string;
}

export function osRelease({ id, name, version, codename }: ReleaseOptions): string {
  return (
    `PRETTY_NAME="${name} GNU/Linux ${version} (${codename})"\nNAME="${name} GNU/Linux"\nVERSION_ID="${version}"\n` +
    `VERSION="${version} (${codename})"\nVERSION_CODENAME=${codename}\nID=${id}\n${id === 'debian' ? '' : 'ID_LIKE=debian\n'}`
  );
}

/** What pi-gen leaves in /etc/rpi-issue and in issue.txt on the boot partition. */
export function rpiIssue({ date, stage }: Pick<ReleaseOptions, 'date' | 'stage'>): string {
  return (
    `Raspberry Pi reference ${date}\n` +
    `Generated using pi-gen, https://github.com/RPi-Distro/pi-gen, ${'0'.repeat(40)}, ${stage}\n`
  );
}

export function fstab(diskId: string, bootDirectory = '/boot'): string {
  return (
    `proc            /proc           proc    defaults          0       0\n` +
    `PARTUUID=${diskId}-01  ${bootDirectory}           vfat    defaults          0       2\n` +
    `PARTUUID=${diskId}-02  /               ext4    defaults,noatime  0       1\n`
  );
}

/** Commented keys are the server's defaults; a changed line goes in place of its commented one. */
const sshdConfig = `# Settings of the secure shell server, see sshd_config(5).
# A line with a leading # shows a default.

#Port 22
#AddressFamily any
#ListenAddress 0.0.0.0
#ListenAddress ::

#SyslogFacility AUTH
#LogLevel INFO

#LoginGraceTime 2m
#PermitRootLogin prohibit-password
#StrictModes yes
#MaxAuthTries 6

#PubkeyAuthentication yes
#AuthorizedKeysFile\t.ssh/authorized_keys .ssh/authorized_keys2

# Set both this and UsePAM to no to take keys only.
#PasswordAuthentication yes
#PermitEmptyPasswords no
ChallengeResponseAuthentication no
UsePAM yes

X11Forwarding yes
PrintMotd no
AcceptEnv LANG LC_*
Subsystem\tsftp\t/usr/lib/openssh/sftp-server

# An example of settings for one user.
#Match User anoncvs
#\tX11Forwarding no
#\tForceCommand cvs server
`;

const dhcpcdConf = `# Settings of dhcpcd, see dhcpcd.conf(5).
hostname
clientid
persistent
option rapid_commit
option domain_name_servers, domain_name, domain_search, host_name
option classless_static_routes
option interface_mtu
require dhcp_server_identifier
slaac private
`;

const localeGen = `# Locales to make; take away the # and run locale-gen.
# de_DE.UTF-8 UTF-8
# en_US.UTF-8 UTF-8
en_GB.UTF-8 UTF-8
# fr_FR.UTF-8 UTF-8
`;

/** `wpa_supplicant.conf` as Buster ships it: no country and no network. */
export const wpaSupplicantConf = 'ctrl_interface=DIR=/var/run/wpa_supplicant GROUP=netdev\nupdate_config=1\n';

/** Settings that every Raspbian has, Lite or desktop. */
export function configurationEntries(): readonly NewEntry[] {
  return [
    file('/etc/hostname', 'raspberrypi\n'),
    file(
      '/etc/hosts',
      '127.0.0.1\tlocalhost\n::1\t\tlocalhost ip6-localhost ip6-loopback\nff02::1\t\tip6-allnodes\n' +
        'ff02::2\t\tip6-allrouters\n\n127.0.1.1\t\traspberrypi\n',
    ),
    file('/etc/machine-id', ''),
    file('/etc/fake-hwclock.data', '2021-05-07 15:08:13\n'),
    file('/etc/timezone', 'Europe/London\n'),
    link('/etc/localtime', '/usr/share/zoneinfo/Europe/London'),
    file('/etc/locale.gen', localeGen),
    file('/etc/default/locale', 'LANG=en_GB.UTF-8\n'),
    file(
      '/etc/default/keyboard',
      'XKBMODEL="pc105"\nXKBLAYOUT="gb"\nXKBVARIANT=""\nXKBOPTIONS=""\n\nBACKSPACE="guess"\n',
    ),
    file('/etc/console-setup/cached_setup_keyboard.sh', '#!/bin/sh\nexit 0\n', { mode: 0o755 }),
    ...['de_DE', 'en_GB', 'en_US', 'fr_FR'].map((name) =>
      file(`/usr/share/i18n/locales/${name}`, `% Stands for the source of the locale ${name}.\n`),
    ),
    ...['de', 'fr', 'gb', 'us'].map((name) =>
      file(`/usr/share/X11/xkb/symbols/${name}`, `// Stands for the keyboard layout ${name}.\n`),
    ),
    file('/etc/ssh/sshd_config', sshdConfig),
    link('/etc/mtab', '/proc/mounts'),
    link('/etc/systemd/network/99-default.link', '/dev/null'),
    file('/etc/systemd/timesyncd.conf', '[Time]\n#NTP=\n'),
    link('/lib/systemd/system/default.target', 'graphical.target'),
    directory('/boot'),
    directory('/dev'),
    directory('/proc', { mode: 0o555 }),
    directory('/run'),
    directory('/sys', { mode: 0o555 }),
    directory('/tmp', { mode: 0o1777 }),
    directory('/var/tmp', { mode: 0o1777 }),
    directory('/var/log'),
    directory('/opt'),
    directory('/mnt'),
    directory('/usr/local/bin'),
    directory('/usr/local/lib'),
  ];
}

/** Network and radio as Buster has them: dhcpcd, wpa_supplicant, and the radio blocked until a country is set. */
export function busterNetworkEntries(): readonly NewEntry[] {
  return [
    file('/etc/dhcpcd.conf', dhcpcdConf, { gid: 109 }),
    file(
      '/etc/systemd/system/dhcpcd.service.d/wait.conf',
      '[Service]\nExecStart=\nExecStart=/sbin/dhcpcd -q -w\n',
    ),
    directory('/etc/wpa_supplicant'),
    file('/etc/wpa_supplicant/wpa_supplicant.conf', wpaSupplicantConf, { mode: 0o600 }),
    file('/var/lib/systemd/rfkill/platform-3f300000.mmcnr:wlan', '1\n'),
    file('/var/lib/systemd/rfkill/platform-fe300000.mmcnr:wlan', '1\n'),
  ];
}

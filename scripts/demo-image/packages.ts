/** Package → version, as Raspbian Buster of May 2021 has them (Debian's number, with the mark of a rebuild where there is one). */
export const busterPackages: Readonly<Record<string, string>> = {
  apt: '1.8.2.3',
  'avahi-daemon': '0.7-4+deb10u1',
  'base-files': '10.3+rpi1+deb10u9',
  'ca-certificates': '20200601~deb10u2',
  curl: '7.64.0-4+deb10u2',
  dhcpcd5: '1:8.1.2-1+rpt1',
  dpkg: '1.19.7',
  'fake-hwclock': '0.11+rpt1',
  'firmware-brcm80211': '1:20190114-1+rpt11',
  iptables: '1.8.2-4',
  'keyboard-configuration': '1.193~deb10u1',
  libc6: '2.28-10+rpi1',
  libseccomp2: '2.3.3-4',
  locales: '2.28-10+rpi1',
  'openssh-server': '1:7.9p1-10+deb10u2+rpt1',
  parted: '3.2-25',
  'raspberrypi-bootloader': '1.20210430-1',
  'raspberrypi-kernel': '1.20210430-1',
  'raspberrypi-net-mods': '1.3.1',
  'raspberrypi-sys-mods': '20210430',
  'raspi-config': '20210429',
  rfkill: '2.33.1-0.1',
  sudo: '1.8.27-1+deb10u3',
  systemd: '241-7~deb10u7+rpi1',
  wpasupplicant: '2:2.7+git20190128+0c1e29f-6+deb10u3',
};

export const busterDesktopPackages: Readonly<Record<string, string>> = {
  lightdm: '1.26.0-4+rpt1',
  lxsession: '0.5.4-2+rpt1',
  'raspberrypi-ui-mods': '1.20210506',
  'realvnc-vnc-server': '6.7.2.43081',
  'xserver-xorg': '1:7.7+19',
};

/** dpkg's status file for these packages, all installed. */
export function dpkgStatus(packages: Readonly<Record<string, string>>, arch: string): string {
  return Object.entries(packages)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([name, version]) =>
        `Package: ${name}\nStatus: install ok installed\nPriority: optional\nSection: misc\n` +
        `Maintainer: nobody <nobody@example.org>\nArchitecture: ${arch}\nVersion: ${version}\n` +
        `Description: entry of a demonstration\n The package itself is not here.\n`,
    )
    .join('\n');
}

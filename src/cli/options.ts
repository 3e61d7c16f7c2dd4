import type { BuildOption } from './build-option.ts';
import { publishOptions, writeOptions } from './write-options.ts';

/** Options that say what the image shall be. Each has its place in pi-image.yaml too. */
const specOptions: readonly BuildOption[] = [
  {
    flags: '--image <name|url|file>',
    group: 'Image',
    description:
      'base image: a name from `pi-image images`, an https URL with --sha256, or a file (.img .zip .xz .gz .zst); default: raspbian-buster',
  },
  {
    flags: '--sha256 <hex>',
    group: 'Image',
    description: 'SHA-256 of the base image as downloaded; required for a URL',
  },
  {
    flags: '-o, --output <file>',
    group: 'Image',
    description:
      'file to write; its ending names the format: .img .img.xz .img.gz .img.zst .zip, or .pipatch for what differs from the base',
  },
  {
    flags: '--size <size>',
    group: 'Image',
    description: 'size of the image, such as 4G; its last partition grows with it',
  },
  { flags: '--grow <size>', group: 'Image', description: 'how much larger the image becomes, such as 512M' },
  {
    flags: '--wifi <ssid>',
    group: 'Network',
    repeatable: true,
    description:
      'Wi-Fi network to join; the password comes from PI_IMAGE_WIFI_PASSWORD (of a second network PI_IMAGE_WIFI_PASSWORD_2, and so on), --wifi-password-file or a prompt',
  },
  {
    flags: '--wifi-password-file <file>',
    group: 'Network',
    repeatable: true,
    description: 'file with the password of a --wifi, in the same order; - reads standard input',
  },
  {
    flags: '--wifi-country <cc>',
    group: 'Network',
    description:
      "two-letter country whose radio rules apply (GB, DE, US, …); default: that of this computer's locale",
  },
  { flags: '--wifi-hidden', group: 'Network', description: 'the networks do not announce their names' },
  { flags: '--wifi-open', group: 'Network', description: 'the networks have no password' },
  { flags: '--hostname <name>', group: 'Network', description: 'name of the Pi on the network' },
  {
    flags: '--address <address/prefix>',
    group: 'Network',
    description: 'static IPv4 address, such as 192.168.1.20/24; default: the router gives one',
  },
  {
    flags: '--gateway <address>',
    group: 'Network',
    description: 'address of the router, for --address',
  },
  {
    flags: '--dns <address>',
    group: 'Network',
    repeatable: true,
    description: 'address of a name server, for --address',
  },
  {
    flags: '--interface <name>',
    group: 'Network',
    choices: ['eth0', 'wlan0'],
    description: 'what gets the --address; default: wlan0 with --wifi, else eth0',
  },
  { flags: '--ssh', group: 'Remote access', description: 'log in over ssh (on)' },
  { flags: '--no-ssh', group: 'Remote access', description: 'leave ssh off' },
  {
    flags: '--ssh-key <key|file|gh:user>',
    group: 'Remote access',
    repeatable: true,
    description:
      'public key that may log in, or gh: and whose keys on GitHub; password login over ssh is then off',
  },
  {
    flags: '--vnc',
    group: 'Remote access',
    description: 'share the desktop over VNC (on where there is a desktop)',
  },
  { flags: '--no-vnc', group: 'Remote access', description: 'leave VNC off' },
  {
    flags: '--vnc-resolution <WxH>',
    group: 'Remote access',
    description: 'screen size without a monitor, such as 1920x1080',
  },
  {
    flags: '--vnc-password-file <file>',
    group: 'Remote access',
    description: "file with a password for viewers other than RealVNC's; also PI_IMAGE_VNC_PASSWORD",
  },
  { flags: '--docker', group: 'Docker', description: 'install Docker at the first boot (on)' },
  { flags: '--no-docker', group: 'Docker', description: 'do not install Docker' },
  {
    flags: '--docker-method <method>',
    group: 'Docker',
    choices: ['auto', 'apt', 'static', 'distro', 'offline'],
    description: 'where Docker comes from; auto picks what suits the image, offline puts it into the image',
  },
  {
    flags: '--container <image>',
    group: 'Docker',
    repeatable: true,
    description: 'container image to put into the image and to start at the first boot, without a network',
  },
  {
    flags: '--compose <file|folder>',
    group: 'Docker',
    repeatable: true,
    description:
      'compose project whose images are put into the image, started at every boot without a network',
  },
  { flags: '--user <name>', group: 'System', description: 'name of the login account (renames pi)' },
  {
    flags: '--password-file <file>',
    group: 'System',
    description: 'file with the login password; also PI_IMAGE_PASSWORD',
  },
  { flags: '--timezone <area/city>', group: 'System', description: 'such as Europe/Berlin' },
  { flags: '--locale <locale>', group: 'System', description: 'such as de_DE.UTF-8' },
  { flags: '--keyboard <layout>', group: 'System', description: 'such as de or us' },
  {
    flags: '--file <src:dst[:mode[:owner]]>',
    group: 'Your own',
    repeatable: true,
    description: 'put a file or folder into the image',
  },
  {
    flags: '--first-boot <script>',
    group: 'Your own',
    description: 'shell script to run once, at the first boot',
  },
  {
    flags: '--notify <url>',
    group: 'Your own',
    description:
      'address that gets the status by POST when the first boot is done or has failed; also PI_IMAGE_NOTIFY_URL',
  },
  {
    flags: '--package <name>',
    group: 'Your own',
    repeatable: true,
    description: 'Debian package to install at the first boot',
  },
  {
    flags: '--config-txt <key=value>',
    group: 'Your own',
    repeatable: true,
    description: 'setting for config.txt',
  },
  {
    flags: '--cmdline <word>',
    group: 'Your own',
    repeatable: true,
    description: 'word to add to the kernel command line',
  },
];

/** Options that say how this run behaves. */
export const runOptions: readonly BuildOption[] = [
  { flags: '--offline', group: 'Run', description: 'use only what is in the cache' },
  {
    flags: '--recover',
    group: 'Run',
    description: 'accept the image of a Pi that was not shut down: replay its journal',
  },
  {
    flags: '--cache-dir <dir>',
    group: 'Run',
    description: 'where base images are kept; also PI_IMAGE_CACHE_DIR',
  },
  { flags: '--no-input', group: 'Run', description: 'never ask, fail instead' },
  {
    flags: '--json',
    group: 'Run',
    description: 'one JSON object a line on standard output, the last one the result',
  },
  { flags: '-q, --quiet', group: 'Run', description: 'errors only' },
  { flags: '-v, --verbose', group: 'Run', description: 'every edit and every retry' },
];

export const planOptions: readonly BuildOption[] = [...specOptions, ...runOptions];
export const buildOptions: readonly BuildOption[] = [
  ...specOptions,
  ...writeOptions,
  ...publishOptions,
  ...runOptions,
];

/** What can be asked of an image that is built already: neither another base nor what would have to be fetched. */
export const personalizeOptions: readonly BuildOption[] = [
  ...specOptions.filter(({ flags, group }) => flags.startsWith('-o') || !['Image', 'Docker'].includes(group)),
  ...writeOptions,
  ...runOptions,
];

import type { Tree } from '../../../src/model/tree.ts';
import { append, put, replace } from '../context.ts';
import type { Innocent, Seed } from './seed.ts';

const wpa = '/etc/wpa_supplicant/wpa_supplicant.conf';
const keyfile = '/etc/NetworkManager/system-connections/home.nmconnection';
const managerState = '/var/lib/NetworkManager/NetworkManager.state';
const head = 'ctrl_interface=DIR=/var/run/wpa_supplicant GROUP=netdev\nupdate_config=1\ncountry=GB\n';
const key = 'f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e';
const home = `network={\n\tssid="Home"\n\tpsk=${key}\n}\n`;

/** A Wi-Fi that is set up as it should be on Buster; the rule `wifi-secrets` sees it all the same. */
function joins(tree: Tree, text: string): void {
  put(tree, wpa, text, { mode: 0o600 });
  unblock(tree);
}

function unblock(tree: Tree): void {
  for (const { name } of tree.list('/var/lib/systemd/rfkill'))
    put(tree, `/var/lib/systemd/rfkill/${name}`, '0\n');
}

const connection = (security: string): string =>
  `[connection]\nid=home\ntype=wifi\n\n[wifi]\nmode=infrastructure\nssid=Home\n\n[wifi-security]\n${security}\n`;

function connects(tree: Tree, security = `key-mgmt=wpa-psk\npsk=correct horse`): void {
  put(tree, keyfile, connection(security), { mode: 0o600 });
  unblock(tree);
  replace(tree, managerState, 'false', 'true');
  replace(tree, '/boot/firmware/cmdline.txt', /\n$/, ' cfg80211.ieee80211_regdom=GB\n');
}

export const networkSeeds: readonly Seed[] = [
  {
    rule: 'wpa-syntax',
    what: 'quotes of a word processor',
    seed: (tree) => joins(tree, `${head}network={\n\tssid=“Home”\n\tpsk=${key}\n}\n`),
    finds: [`${wpa}:5`],
    also: ['wifi-secrets'],
  },
  {
    rule: 'wpa-syntax',
    what: 'a name without quotes',
    seed: (tree) => joins(tree, `${head}network={\n\tssid=Home\n\tpsk=${key}\n}\n`),
    finds: [`${wpa}:5`],
    also: ['wifi-secrets'],
  },
  {
    rule: 'wpa-syntax',
    what: 'the hex: that Raspberry Pi Imager writes',
    seed: (tree) => joins(tree, `${head}network={\n\tssid=hex:486f6d65\n\tpsk=${key}\n}\n`),
    finds: [`${wpa}:5`],
    also: ['wifi-secrets'],
  },
  {
    rule: 'wpa-syntax',
    what: 'a password of seven characters, and one without quotes',
    seed: (tree) =>
      joins(
        tree,
        `${head}network={\n\tssid="a"\n\tpsk="seven77"\n}\nnetwork={\n\tssid="b"\n\tpsk=correct\n}\n`,
      ),
    finds: [`${wpa}:10`, `${wpa}:6`].toReversed(),
    also: ['wifi-secrets'],
  },
  {
    rule: 'wpa-syntax',
    what: 'a block that is never closed, and spaces around the equals sign',
    seed: (tree) => joins(tree, `${head}network={\n\tssid = "Home"\n\tkey_mgmt=NONE\n`),
    finds: [`${wpa}:4`, `${wpa}:5`],
  },
  {
    rule: 'wpa-ctrl-interface',
    what: 'a file of somebody who knows wpa_supplicant, but not dhcpcd',
    seed: (tree) => joins(tree, `country=GB\n${home}`),
    finds: [wpa],
    also: ['wifi-secrets'],
    leaves: [],
  },
  {
    rule: 'wpa-ctrl-interface',
    what: 'a drop-in without it',
    seed: (tree) => put(tree, '/boot/wpa_supplicant.conf', `country=GB\n${home}`),
    finds: ['/boot/wpa_supplicant.conf'],
    also: ['wifi-secrets'],
    leaves: [],
  },
  {
    rule: 'network-manager-keyfile',
    what: 'a connection that everybody can read',
    on: 'bookworm-lite',
    seed(tree) {
      connects(tree);
      tree.setAttributes(keyfile, { mode: 0o644 });
    },
    finds: [keyfile],
    also: ['wifi-secrets'],
    leaves: [],
  },
  {
    rule: 'network-manager-keyfile',
    what: 'a connection of another owner',
    on: 'bookworm-lite',
    seed(tree) {
      connects(tree);
      tree.setAttributes(keyfile, { uid: 1000, gid: 1000 });
    },
    finds: [keyfile],
    also: ['wifi-secrets'],
    leaves: [],
  },
  {
    rule: 'rfkill-blocked',
    what: 'a network, and the radio blocked as the image came',
    seed: (tree) => put(tree, wpa, head + home, { mode: 0o600 }),
    finds: ['3f300000', 'fe300000'].map((at) => `/var/lib/systemd/rfkill/platform-${at}.mmcnr:wlan`),
    also: ['wifi-secrets'],
    leaves: [],
  },
  {
    rule: 'rfkill-blocked',
    what: 'NetworkManager told to keep the radio off',
    on: 'bookworm-lite',
    seed(tree) {
      connects(tree);
      put(tree, managerState, '[main]\nWirelessEnabled=false\n');
    },
    finds: [`${managerState}:2`],
    also: ['wifi-secrets'],
    leaves: [],
  },
  {
    rule: 'wifi-country-missing',
    what: 'a network without a country',
    seed: (tree) => joins(tree, head.replace('country=GB\n', '') + home),
    finds: [wpa],
    also: ['wifi-secrets'],
  },
  {
    rule: 'wifi-country-missing',
    what: 'a connection without a country',
    on: 'bookworm-lite',
    seed(tree) {
      connects(tree);
      replace(tree, '/boot/firmware/cmdline.txt', ' cfg80211.ieee80211_regdom=GB', '');
    },
    finds: ['/boot/firmware/cmdline.txt'],
    also: ['wifi-secrets'],
  },
  {
    rule: 'wifi-country',
    what: 'UK',
    seed: (tree) => joins(tree, head.replace('GB', 'UK')),
    finds: [`${wpa}:3`],
    leaves: [],
  },
  {
    rule: 'wifi-country',
    what: 'small letters in cmdline.txt',
    on: 'trixie-lite',
    seed: (tree) => replace(tree, '/boot/firmware/cmdline.txt', /\n$/, ' cfg80211.ieee80211_regdom=de\n'),
    finds: ['/boot/firmware/cmdline.txt:1'],
    leaves: [],
  },
  {
    rule: 'wifi-country',
    what: 'a country that there is not',
    seed: (tree) => joins(tree, head.replace('GB', 'XX')),
    finds: [`${wpa}:3`],
    leaves: [`${wpa}:3`],
  },
  {
    rule: 'sae-hashed-key',
    what: 'WPA3 with a derived key in wpa_supplicant.conf',
    seed: (tree) => joins(tree, `${head}${home.replace('}', '\tkey_mgmt=SAE\n}')}`),
    finds: [`${wpa}:4`],
    also: ['wifi-secrets'],
  },
  {
    rule: 'sae-hashed-key',
    what: 'WPA3 with a derived key in a connection',
    on: 'bookworm-lite',
    seed: (tree) => connects(tree, `key-mgmt=sae\npsk=${key}`),
    finds: [`${keyfile}:11`],
    also: ['wifi-secrets'],
  },
  {
    rule: 'hostname',
    what: 'an underscore',
    seed(tree) {
      put(tree, '/etc/hostname', 'my_pi\n');
      replace(tree, '/etc/hosts', 'raspberrypi', 'my_pi');
    },
    finds: ['/etc/hostname'],
  },
  {
    rule: 'hosts-hostname',
    what: 'a new name in one of the two files only',
    seed: (tree) => put(tree, '/etc/hostname', 'kitchen\n'),
    finds: ['/etc/hosts'],
    leaves: [],
  },
];

export const networkInnocents: readonly Innocent[] = [
  {
    rule: 'wpa-syntax',
    what: 'all that hostap takes: hex, escapes, comments, other blocks, a # in a name',
    seed: (tree) =>
      joins(
        tree,
        `${head}# a comment\ncred={\n  realm="x"\n}\nnetwork={ # mine\n ssid="a#b" # name\n scan_ssid=1\n key_mgmt=NONE\n}\n` +
          `network={\n ssid=P"a\\n"\n key_mgmt=NONE\n}\nnetwork={\n ssid=486f6d65\n key_mgmt=NONE\n priority=5\n}\n`,
      ),
  },
  {
    rule: 'wpa-ctrl-interface',
    what: 'the file as it was shipped, without networks',
    on: 'bullseye-lite',
    seed: (tree) => put(tree, wpa, 'update_config=1\n', { mode: 0o600 }),
  },
  {
    rule: 'rfkill-blocked',
    what: 'a drop-in, which unblocks the radio itself',
    seed: (tree) =>
      put(tree, '/boot/wpa_supplicant.conf', `${head}network={\n\tssid="Open"\n\tkey_mgmt=NONE\n}\n`),
  },
  {
    rule: 'wifi-country',
    what: 'the domain of the whole world',
    seed: (tree) => joins(tree, head.replace('GB', '00')),
  },
  {
    rule: 'hosts-hostname',
    what: 'the name on another line, in capitals, with its domain',
    seed(tree) {
      put(tree, '/etc/hostname', 'kitchen\n');
      replace(tree, '/etc/hosts', /127\.0\.1\.1.*/, '127.0.0.1 kitchen.home Kitchen # me');
    },
  },
  {
    rule: 'network-manager-keyfile',
    what: 'a wired connection with the right mode',
    on: 'trixie-lite',
    seed: (tree) => put(tree, keyfile, '[connection]\nid=wired\ntype=ethernet\n', { mode: 0o600 }),
  },
  {
    rule: 'wifi-secrets',
    what: 'an open network',
    seed: (tree) => joins(tree, `${head}network={\n\tssid="Open"\n\tkey_mgmt=NONE\n}\n`),
  },
  {
    rule: 'hostname',
    what: 'comments above the name',
    seed: (tree) => append(tree, '/etc/hostname', '\n'),
  },
];

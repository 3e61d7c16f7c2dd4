import type { AccessPoint } from './access-point.ts';

/** Networks in the air, networks in the settings, and which of them the Pi has to be in then. */
export interface WifiCase {
  readonly name: string;
  readonly offered: readonly [AccessPoint, ...AccessPoint[]];
  readonly wanted: readonly [WantedNetwork, ...WantedNetwork[]];
  readonly joins: AccessPoint['ssid'];
}

/** One of `wifi.networks` in pi-image.yaml, with the password as it is. */
interface WantedNetwork {
  readonly ssid: string | { readonly hex: string };
  readonly password?: string;
  readonly open?: true;
  readonly hidden?: boolean;
  readonly priority?: number;
  readonly psk?: 'derived' | 'passphrase';
}

const passphrase = 'correct horse battery';
const hostile = `63 of "them" \\ and \\" and 'these' # $HOME %s {} = ; ~ \`x\` <&>`.padEnd(63, '.');
const key = '00112233445566778899aabbccddeeff'.repeat(2);

/** WPA2 with the one pass phrase, for a name. */
function named(name: string, ssid: string | Uint8Array): WifiCase {
  const asSetting = typeof ssid === 'string' ? ssid : { hex: Buffer.from(ssid).toString('hex') };
  return {
    name,
    offered: [{ ssid, passphrase }],
    wanted: [{ ssid: asSetting, password: passphrase }],
    joins: ssid,
  };
}

const two = [
  { ssid: 'Cabin', password: passphrase, priority: 1 },
  { ssid: 'House', password: passphrase, priority: 5 },
] as const;

export const wifiCases: readonly WifiCase[] = [
  named('derived key', 'Home'),
  {
    name: 'pass phrase',
    offered: [{ ssid: 'Home', passphrase }],
    wanted: [{ ssid: 'Home', password: passphrase, psk: 'passphrase' }],
    joins: 'Home',
  },
  {
    name: 'key of 64 digits',
    offered: [{ ssid: 'Home', key }],
    wanted: [{ ssid: 'Home', password: key }],
    joins: 'Home',
  },
  {
    name: 'pass phrase of 63 hostile characters, derived',
    offered: [{ ssid: 'Home', passphrase: hostile }],
    wanted: [{ ssid: 'Home', password: hostile }],
    joins: 'Home',
  },
  {
    name: 'pass phrase of 63 hostile characters, as it is',
    offered: [{ ssid: 'Home', passphrase: hostile }],
    wanted: [{ ssid: 'Home', password: hostile, psk: 'passphrase' }],
    joins: 'Home',
  },
  {
    name: 'hidden',
    offered: [{ ssid: 'Cellar', passphrase, hidden: true }],
    wanted: [{ ssid: 'Cellar', password: passphrase, hidden: true }],
    joins: 'Cellar',
  },
  { name: 'open', offered: [{ ssid: 'Café' }], wanted: [{ ssid: 'Café', open: true }], joins: 'Café' },
  {
    name: 'open and hidden',
    offered: [{ ssid: 'Café', hidden: true }],
    wanted: [{ ssid: 'Café', open: true, hidden: true }],
    joins: 'Café',
  },
  {
    name: 'two in reach, the one with the higher priority',
    offered: [
      { ssid: 'Cabin', passphrase },
      { ssid: 'House', passphrase },
    ],
    wanted: two,
    joins: 'House',
  },
  {
    name: 'two wanted, only the other one in reach',
    offered: [{ ssid: 'Cabin', passphrase }],
    wanted: two,
    joins: 'Cabin',
  },
  named('name with quotes', `"Joe's" "Net"`),
  named('name with backslashes', 'C:\\new\\x41\\'),
  named('name in UTF-8', 'Zürich ☕ 网络'),
  named('name with spaces around', ' MyNet '),
  named('name that looks like hexadecimal', 'deadbeef'),
  named('name that looks like a comment', '#1 {net} = $x'),
  named('name of 32 bytes', 'a name of 32 bytes, no more fits'),
  named('name that is no text', Buffer.from('00ff0a0d22c328', 'hex')),
];

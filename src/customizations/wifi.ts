import { z } from 'zod';
import type { EditDraft } from '../model/edit.ts';
import { PiImageError } from '../model/errors.ts';
import type { Advice } from '../model/plan.ts';
import { country, line, secret } from './atoms.ts';
import { defineCustomization } from './customization.ts';
import { networkManagerEdits } from './wifi-network-manager.ts';
import { unblockEdits } from './wifi-rfkill.ts';
import { wpaSupplicantEdits } from './wifi-wpa-supplicant.ts';

const ssid = z.union([
  line
    .min(1, 'the name of a network is not empty')
    .refine((text) => Buffer.byteLength(text) <= 32, { error: 'the name of a network has at most 32 bytes' })
    .describe('Name of the network'),
  z.strictObject({
    hex: z
      .string()
      .regex(/^(?:[0-9a-f]{2}){1,32}$/i, 'must be 1 to 32 bytes, two hexadecimal digits each')
      .describe('Name of the network as bytes, two hexadecimal digits each, when it is not UTF-8 text'),
  }),
]);

const network = z
  .strictObject({
    ssid: ssid
      .transform(
        (name) => new Uint8Array(typeof name === 'string' ? Buffer.from(name) : Buffer.from(name.hex, 'hex')),
      )
      .describe('Name of the network: text, or { hex: … } for bytes that are not text'),
    password: secret
      .optional()
      .describe('Password: 8 to 63 ASCII characters, or a key of 64 hexadecimal digits'),
    open: z.literal(true).optional().describe('The network has no password'),
    hidden: z.boolean().default(false).describe('The network does not announce its name'),
    priority: z
      .int()
      .min(0)
      .max(999)
      .default(0)
      .describe('Of several networks in reach, the one with the highest'),
    psk: z
      .enum(['derived', 'passphrase'])
      .optional()
      .describe(
        'What the image holds: the key derived from the password (works for WPA2 only), or the password itself, which WPA3 needs. Default: derived with wpa_supplicant (Buster, Bullseye), passphrase with NetworkManager',
      ),
  })
  .superRefine(({ password, open }, context) => {
    if ((password === undefined) !== (open === undefined)) return;
    const message = open
      ? 'an open network has no password'
      : 'a password is missing; write `open: true` if there is none';
    context.addIssue({ code: 'custom', message, path: [open ? 'password' : 'ssid'] });
  });

const schema = z.strictObject({
  country: country
    .optional()
    .describe(
      'Two-letter country whose radio rules apply, such as DE, GB or US; without it some channels stay silent',
    ),
  networks: z.array(network).max(50).default([]).describe('Networks to join'),
});

export type WifiSettings = z.output<typeof schema>;
export type WifiNetwork = WifiSettings['networks'][number];

/** Written into the root file system; the drop-in on the boot partition is gone since Bookworm and racy before. */
export const wifi = defineCustomization({
  name: 'wifi',
  summary: 'Wireless networks to join',
  schema,
  contribute(settings, context) {
    const advice = adviceFor(settings, context.os.network);
    return { edits: [...unblockEdits(context.os), ...stackEdits()], advice };

    function stackEdits(): EditDraft[] {
      switch (context.os.network) {
        case 'dhcpcd':
          return wpaSupplicantEdits(settings, context.os);
        case 'network-manager':
          return networkManagerEdits(settings, context);
        default:
          throw new PiImageError(
            'plan.unsuitable',
            `${context.os.prettyName} has neither dhcpcd nor NetworkManager, so its Wi-Fi cannot be set up`,
            { help: 'put the configuration of its own network software under `files:` instead' },
          );
      }
    }
  },
});

function adviceFor(settings: WifiSettings, stack: string): Advice[] {
  const advice: Advice[] = [];
  if (settings.country === undefined) {
    advice.push({
      level: 'warning',
      id: 'wifi.no-country',
      message:
        'no Wi-Fi country is given: the radio is switched on, but channels 12, 13 and most of 5 GHz may stay silent',
      help: 'set wifi.country (--wifi-country) to the two letters of your country',
    });
  }
  if (stack === 'dhcpcd' && settings.networks.some(({ open }) => !open)) {
    advice.push({
      level: 'note',
      id: 'wifi.wpa3',
      message:
        'this release joins WPA2 networks; one that allows only WPA3 stays out of its reach, and so does one at 5 GHz only for a Pi 3B, Zero W or Zero 2 W',
    });
  }
  return [...advice, ...settings.networks.flatMap(({ ssid }) => nameAdvice(Buffer.from(ssid).toString()))];
}

/** Quotes around the name, or characters that nobody sees in it: what copying from a document brings in. */
function nameAdvice(name: string): Advice[] {
  const strange = /^["'\u201c-\u201f\u00ab].*["'\u201c-\u201f\u00bb]$|[\u200b-\u200f\u2060\ufeff\u00a0]/u;
  if (!strange.test(name)) return [];
  return [
    {
      level: 'warning',
      id: 'wifi.strange-name',
      message: `the network name ${JSON.stringify(name)} has quotes around it or invisible characters in it`,
      help: 'make sure that the network is really called so',
    },
  ];
}

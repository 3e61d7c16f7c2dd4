import type { LintContext, Rule } from '../rule.ts';
import { type WpaFile, type WpaSetting, wpaFiles } from '../wpa-conf.ts';

/** As hostap's wpa_config_parse_string reads values: `"…"`, `P"…"`, or bare hexadecimal digits. */
export const wpaSyntax: Rule = {
  id: 'wpa-syntax',
  level: 'error',
  summary: 'lines that wpa_supplicant cannot read',
  why: 'wpa_supplicant refuses the whole file for one wrong line, and the Pi joins no network at all.',
  fix: 'write ssid="name" and psk="8 to 63 characters" with straight quotes, or psk= and 64 hexadecimal digits without quotes',
  check: (context: LintContext) => wpaFiles(context).flatMap(faultsIn),
};

function faultsIn({ path, faults, networks }: WpaFile) {
  const settings = networks.flatMap((network) => network.settings);
  const wrong = settings.flatMap((setting) => {
    const message = wrongValue(setting);
    return message === undefined ? [] : [{ line: setting.line, message }];
  });
  return [...faults, ...wrong].map(({ line, message }) => ({ path, line, message }));
}

function wrongValue({ key, value }: WpaSetting): string | undefined {
  if (!['ssid', 'psk', 'sae_password', 'identity', 'password'].includes(key)) return undefined;
  if (/^[“”„«'‘’]/.test(value))
    return `the value of ${key} begins with another sign than the straight quote "`;
  if (/^(?:P)?"/.test(value) && !/^P?".*"$/.test(value)) return `the value of ${key} has no closing quote`;
  if (key === 'psk') return wrongPsk(value);
  const isBare = !/^P?"/.test(value) && !/^(?:hash|ext):/.test(value);
  const isHex = /^(?:[0-9a-f]{2})+$/i.test(value);
  return isBare && !isHex ? `the value of ${key} has no quotes and is not hexadecimal` : undefined;
}

function wrongPsk(value: string): string | undefined {
  if (/^ext:/.test(value)) return undefined;
  if (!value.startsWith('"')) {
    return /^[0-9a-f]{64}$/i.test(value)
      ? undefined
      : 'psk without quotes must be 64 hexadecimal digits; a password needs quotes';
  }
  const { length } = Buffer.from(value.slice(1, -1));
  return length >= 8 && length <= 63
    ? undefined
    : `a password has 8 to 63 characters, this one has ${length}`;
}

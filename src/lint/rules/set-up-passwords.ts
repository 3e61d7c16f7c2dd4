import { activeLines } from '../files.ts';
import type { Rule } from '../rule.ts';

/** Files that the first boot takes settings from, and the lines in them that hold a password or its hash. */
const places: Readonly<Record<string, RegExp>> = {
  userconf: /^[^:]+:\S/,
  'userconf.txt': /^[^:]+:\S/,
  'custom.toml': /^\s*password\s*=\s*\S/,
  'rpi-preseed.toml': /^\s*password\s*=\s*\S/,
  'user-data': /^\s*(?:-\s*)?(?:passwd|hashed_passwd|plain_text_passwd|password)\s*:\s*\S/,
  'firstrun.sh': /\$(?:1|5|6|y|gy|7|2[aby])\$|^\s*psk=|\bset_wlan\b.*\s\S+\s\S+/,
};

export const setUpPasswords: Rule = {
  id: 'set-up-passwords',
  level: 'note',
  leak: true,
  summary: 'passwords in the set-up files of the boot partition',
  why: 'Any computer that the card is put into can read them, and so can everybody who gets the image.',
  fix: 'publish the image without the file; every user makes their own, with Raspberry Pi Imager for instance',
  check: ({ tree, os }) =>
    Object.entries(places).flatMap(([name, pattern]) => {
      const path = `${os.bootDir}/${name}`;
      return activeLines(tree, path)
        .filter(({ text }) => pattern.test(text))
        .map(({ number: line }) => ({
          path,
          line,
          message: 'a password or its hash is on the boot partition',
        }));
    }),
};

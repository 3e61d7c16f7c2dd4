import { type Line, linesIn, pathsIn } from '../files.ts';
import { connections } from '../keyfiles.ts';
import type { Finding, LintContext, Rule } from '../rule.ts';

/** wpa_passphrase(8) leaves the pass phrase in a comment, hence the `#`. */
const wpaSecret = /^\s*#?\s*(?:psk|password|sae_password|wep_key\d|private_key_passwd)=\S/;
const netplanSecret = /^\s*"?(?:password|client-key-password)"?\s*:\s*\S/;
const keyfileSecret = /^(?:psk|password|wep-key\d|leap-password|private-key-password)$/;

export const wifiSecrets: Rule = {
  id: 'wifi-secrets',
  level: 'note',
  leak: true,
  summary: 'passwords of Wi-Fi networks',
  why: 'Everybody who gets the image can join the network; a derived key lets them in as well as the password itself.',
  fix: 'publish the image without it; every user adds their own',
  check: (context) => [...inWpaConf(context), ...inKeyfiles(context), ...inNetplan(context)],
};

const message = 'the password of a network is in the image';

function inWpaConf({ tree, os }: LintContext): readonly Finding[] {
  return [
    ...pathsIn(tree, '/etc/wpa_supplicant', /\.conf$/),
    ...pathsIn(tree, os.bootDir, /^wpa_supplicant\.conf/i),
  ].flatMap((path) => at(path, linesIn(tree, path), wpaSecret));
}

function inKeyfiles(context: LintContext): readonly Finding[] {
  return connections(context).flatMap(({ path, settings }) =>
    settings
      .filter(({ key, value }) => keyfileSecret.test(key) && value !== '')
      .map(({ line }) => ({ path, line, message })),
  );
}

function inNetplan({ tree, os }: LintContext): readonly Finding[] {
  return [...pathsIn(tree, '/etc/netplan', /\.ya?ml$/), `${os.bootDir}/network-config`].flatMap((path) =>
    at(path, linesIn(tree, path), netplanSecret),
  );
}

function at(path: string, lines: readonly Line[], pattern: RegExp): readonly Finding[] {
  return lines
    .filter(({ text }) => pattern.test(text))
    .map(({ number }) => ({ path, line: number, message }));
}

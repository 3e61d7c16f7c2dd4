import { boundedText, entryAt, pathsIn } from '../files.ts';
import { homesOf } from '../homes.ts';
import type { LintContext, Rule } from '../rule.ts';

const keyText = /-----BEGIN [A-Z ]*PRIVATE KEY|^PuTTY-User-Key-File|^[ \t]*PrivateKey\s*=\s*\S/m;
const enough = 64 * 1024;

export const privateKeys: Rule = {
  id: 'private-keys',
  level: 'warning',
  leak: true,
  summary: 'private keys of people and services',
  why: 'A private key opens whatever its public half was put on; in an image, others have it too.',
  fix: 'take the key out, and replace it wherever its public half is in use if the image was ever given away',
  check: (context) => [
    ...candidates(context)
      .filter((path) => keyText.test(boundedText(context.tree, path, enough) ?? ''))
      .map((path) => ({ path, message: 'a private key is in the image' })),
    ...homesOf(context).flatMap(({ path }) =>
      pathsIn(context.tree, `${path}/.gnupg/private-keys-v1.d`, /\.key$/).map((key) => ({
        path: key,
        message: 'a private key of GnuPG is in the image',
      })),
    ),
  ],
};

/** ssl-cert-snakeoil.key is a matter of `device-identity`. */
function candidates(context: LintContext): readonly string[] {
  const { tree } = context;
  return [
    ...homesOf(context).flatMap(({ path }) => pathsIn(tree, `${path}/.ssh`)),
    ...pathsIn(tree, '/etc/ssl/private', /^(?!ssl-cert-snakeoil)/),
    ...pathsIn(tree, '/etc/wireguard', /\.conf$/),
    ...pathsIn(tree, '/etc/openvpn'),
    ...pathsIn(tree, '/etc/openvpn/client'),
  ].filter((path) => entryAt(tree, path)?.kind === 'file');
}

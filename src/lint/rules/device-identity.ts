import { remove } from '../../model/edit.ts';
import { entryAt, isFilled } from '../files.ts';
import type { Rule } from '../rule.ts';

/** Made again by their programs when they are missing. */
const madeAgain: Readonly<Record<string, string>> = {
  '/etc/dhcpcd.duid': 'the DHCP id of another machine',
  '/etc/dhcpcd.secret': 'the secret that IPv6 addresses are made of',
  '/var/lib/dhcpcd/duid': 'the DHCP id of another machine',
  '/var/lib/dhcpcd/secret': 'the secret that IPv6 addresses are made of',
  '/var/lib/dhcpcd5/duid': 'the DHCP id of another machine',
  '/var/lib/NetworkManager/secret_key': 'the secret that IPv6 addresses are made of',
  '/etc/vnc/updateid': 'the id of a RealVNC server',
  '/root/.vnc/private.key': 'the private key of a RealVNC server',
};

/** Gone with these is what a person has set up. */
const setUp: Readonly<Record<string, string>> = {
  '/etc/ssl/private/ssl-cert-snakeoil.key': 'the private key of a self-signed certificate',
  '/var/lib/systemd/credential.secret': 'the key of encrypted credentials',
  '/var/lib/tailscale/tailscaled.state': 'a login to Tailscale',
  '/var/lib/zerotier-one/identity.secret': 'an identity in ZeroTier',
};

/** A link to the instance that the last boot was. */
const cloudInstance = '/var/lib/cloud/instance';

export const deviceIdentity: Rule = {
  id: 'device-identity',
  level: 'warning',
  leak: true,
  summary: 'ids and keys that a Pi made for itself when it ran',
  why: 'They belong to one machine: copies of it get in the way of each other, and its keys are everybody’s.',
  fix: 'delete the file, or set the program up afresh on each Pi',
  check: ({ tree }) => [
    ...Object.entries({ ...madeAgain, ...setUp })
      .filter(([path]) => isFilled(tree, path))
      .map(([path, what]) => ({ path, message: `${what} is in the image` })),
    ...(entryAt(tree, cloudInstance)
      ? [
          {
            path: cloudInstance,
            message: 'cloud-init has run, so it does not set up a Pi with the same instance id again',
            help: 'delete what is in /var/lib/cloud (`cloud-init clean`)',
          },
        ]
      : []),
  ],
  mend: ({ tree }) =>
    Object.keys(madeAgain)
      .filter((path) => isFilled(tree, path))
      .map(remove),
};

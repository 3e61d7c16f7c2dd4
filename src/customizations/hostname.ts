import { change, write } from '../model/edit.ts';
import { hostName } from './atoms.ts';
import { defineCustomization } from './customization.ts';

/** Avahi announces the host name, so `<name>.local` follows from these two files. */
export const hostname = defineCustomization({
  name: 'hostname',
  summary: 'Name of the Pi on the network; it answers to <name>.local too',
  schema: hostName.describe(
    'Name of the Pi on the network: letters, digits, hyphens; it answers to <name>.local too',
  ),
  contribute: (name) => ({
    edits: [
      write('/etc/hostname', `${name}\n`),
      change(
        '/etc/hosts',
        { op: 'replace-line', where: '127.0.1.1', line: `127.0.1.1\t${name}` },
        { ifMissing: 'create' },
      ),
    ],
  }),
});

import fs from 'node:fs';
import path from 'node:path';
import { expandRootfs, networkTime } from '../boot-image.ts';
import { growToCard } from '../card.ts';
import { piImage } from '../pi-image.ts';
import type { Session } from '../session.ts';
import { type Mirror, probe } from './mirror.ts';

/** As the guest names this machine. */
export const archiveName = 'archive.test';
/** The user's own script adds a line to it each time it runs. */
export const scriptTrace = '/var/lib/own-script-ran';

/**
 * Every pause a tenth as long, found before the real one. The runner and its steps are what they are otherwise; the
 * matrix would take hours with pauses that are meant for a Pi that has all day.
 */
const shortSleep = `#!/bin/sh
case $1 in
  [0-9]) exec /bin/sleep "0.$1" ;;
  *.*) exec /bin/sleep "$1" ;;
  *) exec /bin/sleep "\${1%?}.\${1#"\${1%?}"}" ;;
esac
`;

/** Builds an image whose first boot is short: two small packages of the mirror, and a script. */
export async function buildFaultImage(session: Session, mirror: Mirror, image: string): Promise<void> {
  const { base, folder, limits } = session;
  const texts: Readonly<Record<string, string | Uint8Array>> = {
    sources: `deb http://${archiveName}:${mirror.port}/ buster main\n`,
    hosts: `127.0.0.1 localhost\n127.0.1.1 kitchen\n10.0.2.2 ${archiveName}\n`,
    keyring: mirror.keyring,
    sleep: shortSleep,
    'network-time': networkTime,
    'expand-rootfs': expandRootfs,
  };
  for (const [name, text] of Object.entries(texts)) fs.writeFileSync(path.join(folder, name), text);
  const settings = {
    ...{ image: base, hostname: 'kitchen', output: image },
    ssh: { keys: [{ file: 'key.pub' }] },
    docker: { enabled: false },
    packages: [probe],
    'first-boot': { script: `echo ran >>${scriptTrace}` },
    files: [
      { source: 'sources', target: '/etc/apt/sources.list' },
      { source: 'hosts', target: '/etc/hosts' },
      { source: 'keyring', target: '/etc/apt/trusted.gpg.d/archive.gpg', mode: '0644' },
      { source: 'sleep', target: '/usr/local/bin/sleep', mode: '0755' },
      { source: 'network-time', target: '/etc/tmpfiles.d/network-time.conf' },
      { source: 'expand-rootfs', target: '/usr/lib/test-base/expand-rootfs', mode: '0755' },
    ],
  };
  // JSON is YAML.
  fs.writeFileSync(path.join(folder, 'pi-image.yaml'), JSON.stringify(settings));
  const cache = ['--cache-dir', path.join(folder, 'cache')];
  await piImage(['build', 'pi-image.yaml', '--no-input', ...cache], { cwd: folder, limits });
  growToCard(image);
}

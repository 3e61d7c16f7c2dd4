import fs from 'node:fs';
import path from 'node:path';
import { expandRootfs, networkTime } from '../boot-image.ts';
import { growToCard } from '../card.ts';
import { piImage } from '../pi-image.ts';
import type { Session } from '../session.ts';
import { hosts, type Internet } from './internet.ts';

/** As in images of 2019-06-20 to 2021. */
const raspbian = {
  '/usr/lib/os-release':
    'PRETTY_NAME="Raspbian GNU/Linux 10 (buster)"\nNAME="Raspbian GNU/Linux"\nVERSION_ID="10"\nVERSION="10 (buster)"\nVERSION_CODENAME=buster\nID=raspbian\nID_LIKE=debian\n',
  '/etc/rpi-issue':
    'Raspberry Pi reference 2019-06-20\nGenerated using pi-gen, https://github.com/RPi-Distro/pi-gen, 0, stage2\n',
  '/etc/apt/sources.list': `deb http://${hosts.gone}/raspbian/ buster main contrib non-free rpi\n`,
  '/etc/apt/sources.list.d/raspi.list': `deb http://${hosts.raspberryPi}/debian/ buster main\n`,
} as const;

const bundle = '/etc/ssl/certs/ca-certificates.crt';

/** Dresses the base as Raspbian Buster, and builds of that what a user would: packages, Docker, a script. */
export async function buildBusterImage(session: Session, internet: Internet, image: string): Promise<void> {
  const { base, folder, limits } = session;
  const cache = ['--cache-dir', path.join(folder, 'cache')];
  const run = (args: readonly string[]) => piImage([...args, ...cache], { cwd: folder, limits });
  const put = (name: string, content: string | Uint8Array): string => {
    fs.writeFileSync(path.join(folder, name), content);
    return name;
  };
  const build = async (settings: object): Promise<void> => {
    // JSON is YAML.
    put('pi-image.yaml', JSON.stringify(settings));
    await run(['build', 'pi-image.yaml', '--no-input']);
  };
  const none = { ssh: { enabled: false }, docker: { enabled: false } };
  const clothes = Object.entries(raspbian).map(([target, text], index) => ({
    ...{ source: put(`clothes-${index}`, text), target, mode: '0644' },
  }));
  await build({ image: base, output: 'buster.img', ...none, files: clothes });
  const known = await run(['cat', base, bundle]);
  const names = Object.values(hosts).join(' ');
  const given: readonly (readonly [target: string, content: string | Uint8Array, mode?: string])[] = [
    ['/etc/hosts', `127.0.0.1 localhost\n127.0.1.1 kitchen\n10.0.2.100 ${names}\n`],
    ['/etc/apt/trusted.gpg.d/raspbian-test.gpg', internet.keyring],
    [bundle, known + internet.authority.certificate],
    [`/var/lib/apt/lists/${hosts.raspbian}_raspbian_dists_buster_InRelease`, internet.oldRelease],
    ['/etc/tmpfiles.d/network-time.conf', networkTime],
    ['/usr/lib/test-base/expand-rootfs', expandRootfs, '0755'],
  ];
  await build({
    ...{ image: 'buster.img', output: image, hostname: 'kitchen' },
    ssh: { keys: [{ file: 'key.pub' }] },
    docker: { method: 'apt' },
    packages: ['raspbian-probe', 'rpi-probe'],
    files: given.map(([target, content, mode = '0644'], index) => ({
      ...{ source: put(`given-${index}`, content), target, mode },
    })),
  });
  growToCard(image);
}

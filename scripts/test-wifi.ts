/*
 * Boots one built image in QEMU and lets it join one simulated access point after the other, each with the
 * wpa_supplicant.conf that the compiled program makes of the settings: keys, hidden networks, priorities, hostile names.
 *
 *   npm run test:wifi [-- --base FILE] [-- --patience FACTOR]
 */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildBootImage, built, makeKey } from './boot/boot-image.ts';
import { expect } from './boot/checks.ts';
import type { Guest } from './boot/guest.ts';
import { piImage } from './boot/pi-image.ts';
import { defaultBase } from './boot/prerequisites.ts';
import { guestOptions, runSession, type Session, withGuest } from './boot/session.ts';
import { until } from './boot/until.ts';
import { type WifiCase, wifiCases } from './boot/wifi-cases.ts';
import { join, joined, offer } from './boot/wifi-guest.ts';

const { values } = parseArgs({
  options: {
    base: { type: 'string', default: defaultBase },
    patience: { type: 'string', default: '1' },
  },
});

process.exitCode = await runSession(
  'wifi',
  { base: path.resolve(values.base), patience: Number(values.patience), minutes: 15 },
  testWifi,
);

async function testWifi(session: Session): Promise<void> {
  const { base, checks, folder, limits } = session;
  const cache = path.join(folder, 'cache');
  const key = await makeKey(folder);
  const image = path.join(folder, 'card.img');
  await checks.must('build', async () => {
    await buildBootImage({ base, image, folder, cache, docker: false, limits });
    return 'an image that joins its network by itself';
  });
  await withGuest(session, await guestOptions(session, image, key), async (guest) => {
    await checks.must('at boot', async () => {
      await guest.waitForLogin(180);
      return inNetwork(guest, session, built.ssid);
    });
    for (const one of wifiCases) {
      await checks.check(one.name, async () => {
        const text = await configurationFor(one, session, cache);
        await offer(guest, one.offered);
        await join(guest, text);
        return inNetwork(guest, session, one.joins);
      });
    }
  });
}

/** The file as the program writes it into an image; into the small one of the package, for speed. */
async function configurationFor({ wanted }: WifiCase, session: Session, cache: string): Promise<string> {
  const { folder: cwd, limits } = session;
  const passwords = Object.fromEntries(wanted.map(({ password = '' }, index) => [`WIFI_${index}`, password]));
  const networks = wanted.map(({ password, ...network }, index) => ({
    ...network,
    ...(password !== undefined && { password: { env: `WIFI_${index}` } }),
  }));
  const settings = { image: 'demo', output: 'demo.img', wifi: { country: 'GB', networks } };
  // JSON is YAML, and has an escape for everything.
  fs.writeFileSync(path.join(cwd, 'pi-image.yaml'), JSON.stringify(settings));
  const build = ['build', 'pi-image.yaml', '--overwrite', '--no-input', '--cache-dir', cache];
  await piImage(build, { cwd, env: passwords, limits });
  const file = '/etc/wpa_supplicant/wpa_supplicant.conf';
  return piImage(['cat', 'demo.img', file, '--cache-dir', cache], { cwd, limits });
}

async function inNetwork(guest: Guest, { limits }: Session, ssid: string | Uint8Array): Promise<string> {
  const started = performance.now();
  const found = await until('joining', { within: 90 }, limits, () => joined(guest));
  const [is, wanted] = [found.ssid, Buffer.from(ssid)].map((bytes) => Buffer.from(bytes).toString('hex'));
  expect(is === wanted, `joined the network ${is}, not ${wanted}`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  return `${JSON.stringify(Buffer.from(ssid).toString())}, ${found.security}, ${seconds} s`;
}

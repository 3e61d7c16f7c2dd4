import { type AccessPoint, hostapdConfiguration } from './access-point.ts';
import type { Guest } from './guest.ts';

const configuration = '/etc/wpa_supplicant/wpa_supplicant.conf';

/** Puts the guest's simulated access point on air with other networks than before. */
export async function offer(guest: Guest, networks: readonly [AccessPoint, ...AccessPoint[]]): Promise<void> {
  const script = `
    sudo systemctl stop test-ap
    sudo pkill -x hostapd && sleep 1
    sudo tee /run/test-ap.conf >/dev/null
    sudo hostapd -B -f /run/test-ap.log /run/test-ap.conf >/dev/null || { sudo cat /run/test-ap.log; exit 1; }`;
  await guest.run(script, { input: hostapdConfiguration(networks) });
}

/** Starts wpa_supplicant anew on this configuration, as dhcpcd starts it at boot. */
export async function join(guest: Guest, text: string): Promise<void> {
  const script = `
    sudo wpa_cli -i wlan0 terminate >/dev/null && sleep 1
    sudo install -m 600 /dev/stdin ${configuration}
    sudo wpa_supplicant -B -c ${configuration} -i wlan0`;
  await guest.run(script, { input: text });
}

export interface Joined {
  readonly ssid: Uint8Array;
  readonly security: string;
}

/** The network that wlan0 is in, with keys exchanged where there are any; undefined while it is in none. */
export async function joined(guest: Guest): Promise<Joined | undefined> {
  const lines = (await guest.run('sudo wpa_cli -i wlan0 status')).split('\n');
  const field = (key: string): string =>
    lines.find((line) => line.startsWith(`${key}=`))?.slice(key.length + 1) ?? '';
  if (field('wpa_state') !== 'COMPLETED') return undefined;
  return { ssid: decoded(field('ssid')), security: field('key_mgmt') };
}

const escapes: Readonly<Record<string, string>> = { e: '\u001b', n: '\n', r: '\r', t: '\t' };

/** A name as wpa_cli shows it (printf_encode of hostap's src/utils/common.c), as bytes. */
function decoded(shown: string): Uint8Array {
  const text = shown.replace(/\\(?:x([0-9a-f]{2})|(.))/g, (_, hex: string | undefined, other: string) =>
    hex === undefined ? (escapes[other] ?? other) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(text, 'latin1');
}

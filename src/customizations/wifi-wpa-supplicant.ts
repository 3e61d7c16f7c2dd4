import { checkPassphrase, wpaPsk } from '../content/credentials.ts';
import { render } from '../content/templates.ts';
import { wpaPassphrase, wpaSsid } from '../content/wifi-strings.ts';
import { change, type EditDraft, remove, root, write } from '../model/edit.ts';
import type { OsFacts } from '../model/os.ts';
import type { WifiNetwork, WifiSettings } from './wifi.ts';

const path = '/etc/wpa_supplicant/wpa_supplicant.conf';
const control = 'DIR=/var/run/wpa_supplicant GROUP=netdev';

/**
 * For releases with dhcpcd. The key is derived unless asked otherwise: no quoting, no pass phrase on the card, and
 * these releases do WPA2 only. `ctrl_interface` must be there, or dhcpcd does not start wpa_supplicant at all.
 */
export function wpaSupplicantEdits(settings: WifiSettings, { bootDir, bootFiles }: OsFacts): EditDraft[] {
  const dropIn = 'wpa_supplicant.conf';
  // The first boot would move it over the file written here.
  const stale = bootFiles.includes(dropIn) ? [remove(`${bootDir}/${dropIn}`)] : [];
  return [configuration(settings), ...stale];
}

function configuration({ country, networks }: WifiSettings): EditDraft {
  if (networks.length === 0) {
    const values = { ctrl_interface: control, update_config: '1', ...(country !== undefined && { country }) };
    const set = { op: 'set', style: 'ini', values } as const;
    return change(path, set, { ifMissing: 'create', mode: 0o600, owner: root });
  }
  const text = render('rootfs/etc/wpa_supplicant/wpa_supplicant.conf', {
    control,
    country,
    networks: networks.map(({ ssid, hidden, priority, ...network }) => ({
      ssid: wpaSsid(ssid),
      psk: pskOf({ ssid, hidden, priority, ...network }),
      hidden,
      priority,
    })),
  });
  const secret = networks.some(({ password }) => password !== undefined);
  return write(path, text, { mode: 0o600, owner: root, ...(secret && { sensitive: true }) });
}

function pskOf({ password, psk, ssid }: WifiNetwork): string | undefined {
  if (!password) return undefined;
  const passphrase = password.reveal();
  return psk === 'passphrase' ? wpaPassphrase(checkPassphrase(passphrase)) : wpaPsk(passphrase, ssid);
}

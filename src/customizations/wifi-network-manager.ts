import { checkPassphrase, wpaPsk } from '../content/credentials.ts';
import { keyfileIpv4 } from '../content/network-strings.ts';
import { render } from '../content/templates.ts';
import { uuidFrom } from '../content/uuid.ts';
import { keyfileSsid } from '../content/wifi-strings.ts';
import { change, type EditDraft, root, write } from '../model/edit.ts';
import type { Context } from './customization.ts';
import type { NetworkSettings } from './network.ts';
import type { WifiNetwork, WifiSettings } from './wifi.ts';

const folder = '/etc/NetworkManager/system-connections';

/**
 * For releases with NetworkManager: one connection a network, 0600 root or it is ignored. It holds the pass phrase
 * unless asked otherwise, because a WPA3 network cannot be joined with a derived key.
 */
export function networkManagerEdits({ country, networks }: WifiSettings, context: Context): EditDraft[] {
  return [
    ...networks.map((network, index) => connection(network, index + 1, context)),
    change(
      '/var/lib/NetworkManager/NetworkManager.state',
      { op: 'set', style: 'ini', section: 'main', values: { WirelessEnabled: 'true' } },
      { ifMissing: 'create' },
    ),
    ...(country === undefined
      ? []
      : [
          change(`${context.os.bootDir}/cmdline.txt`, {
            op: 'words',
            add: [`cfg80211.ieee80211_regdom=${country}`],
          }),
        ]),
  ];
}

function connection(network: WifiNetwork, number: number, { random, settings }: Context): EditDraft {
  const { ssid, hidden, priority, password } = network;
  // NetworkManager has addresses in its connections, not at its interfaces.
  const wlan0 = (settings['network'] as NetworkSettings | undefined)?.wlan0;
  const name = `wifi-${number}`;
  const text = render('rootfs/etc/NetworkManager/system-connections/wifi.nmconnection', {
    id: name,
    uuid: uuidFrom(random(`wifi.uuid.${Buffer.from(ssid).toString('hex')}.${number}`, 16)),
    ssid: keyfileSsid(ssid),
    hidden,
    priority,
    psk: pskOf(network),
    address: wlan0 && keyfileIpv4(wlan0),
  });
  return write(`${folder}/${name}.nmconnection`, text, {
    mode: 0o600,
    owner: root,
    ...(password && { sensitive: true }),
  });
}

function pskOf({ password, psk, ssid }: WifiNetwork): string | undefined {
  if (!password) return undefined;
  const passphrase = checkPassphrase(password.reveal());
  return psk === 'derived' ? wpaPsk(passphrase, ssid) : passphrase;
}

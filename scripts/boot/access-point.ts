/** A network that the simulated access point of a guest offers. */
export interface AccessPoint {
  readonly ssid: string | Uint8Array;
  /** WPA2 pass phrase. Without it and without a key the network is open. */
  readonly passphrase?: string;
  /** WPA2 key instead: 64 hexadecimal digits. */
  readonly key?: string;
  readonly hidden?: boolean;
}

/**
 * Configuration of hostapd (its hostapd.conf documents the keys) for networks on one simulated radio.
 * Names are given in hexadecimal, so that hostapd's own quoting plays no part in what is tested.
 */
export function hostapdConfiguration(networks: readonly [AccessPoint, ...AccessPoint[]]): string {
  const radio = [
    'interface=wlan1',
    'driver=nl80211',
    'hw_mode=g',
    'channel=1',
    'ctrl_interface=/run/hostapd',
  ];
  const parts = networks.map((network, index) => [
    ...(index === 0 ? [] : [`bss=wlan1_${index}`]),
    ...networkLines(network),
  ]);
  return `${[...radio, ...parts.flat()].join('\n')}\n`;
}

function networkLines({ ssid, passphrase, key, hidden }: AccessPoint): string[] {
  const secret = [
    ...(passphrase === undefined ? [] : [`wpa_passphrase=${passphrase}`]),
    ...(key === undefined ? [] : [`wpa_psk=${key}`]),
  ];
  return [
    `ssid2=${Buffer.from(ssid).toString('hex')}`,
    `ignore_broadcast_ssid=${hidden ? 1 : 0}`,
    ...(secret.length === 0 ? ['wpa=0'] : ['wpa=2', 'wpa_key_mgmt=WPA-PSK', 'rsn_pairwise=CCMP', ...secret]),
  ];
}

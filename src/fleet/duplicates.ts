import type { NetworkSettings } from '../customizations/network.ts';
import type { Problem } from '../model/errors.ts';
import { problemAt } from './device-list.ts';
import type { Device } from './expand.ts';

/** What two devices cannot have both: a host name, an address, an output. */
export function duplicates(devices: readonly Device[]): readonly Problem[] {
  return [
    ...repeated(devices, 'host name', ({ name }) => [name]),
    ...repeated(devices, 'address', ({ spec }) => addressesOf(spec.settings['network'])),
    // macOS and Windows take two names that differ in case for one.
    ...repeated(
      devices,
      'output',
      ({ output }) => [output],
      (output) => output.toLowerCase(),
    ),
  ];
}

function repeated(
  devices: readonly Device[],
  what: string,
  of: (device: Device) => readonly string[],
  key: (text: string) => string = (text) => text,
): readonly Problem[] {
  const first = new Map<string, Device>();
  return devices.flatMap((device) =>
    of(device).flatMap((text) => {
      const other = first.get(key(text));
      first.set(key(text), other ?? device);
      if (other === undefined) return [];
      const line = other.at ? ` (line ${other.at.line})` : '';
      return [problemAt(`the ${what} ${text} is that of ${other.name}${line} already`, device.at)];
    }),
  );
}

function addressesOf(settings: unknown): readonly string[] {
  const { eth0, wlan0 } = (settings ?? {}) as NetworkSettings;
  return [eth0, wlan0].flatMap((one) => one?.address.split('/')[0] ?? []);
}

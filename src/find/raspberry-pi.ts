/** Prefixes of network addresses that the IEEE registered for Raspberry Pi Ltd and its forerunners (MA-L, as of 2026). */
const prefixes = [
  '28:cd:c1',
  '2c:cf:67',
  '88:a2:9e',
  'b8:27:eb',
  'd8:3a:dd',
  'dc:a6:32',
  'e4:5f:01',
] as const;

/** Whether a network card is one of a Raspberry Pi; `mac` as `normalMac` writes it. */
export function isRaspberryPi(mac: string): boolean {
  return prefixes.some((prefix) => mac.startsWith(prefix));
}

/** `B8-27-EB-1-2-3` and `b8:27:eb:01:02:03` in one form; undefined when it is no address of a network card. */
export function normalMac(text: string): string | undefined {
  const parts = text.split(/[:-]/);
  if (parts.length !== 6 || !parts.every((part) => /^[0-9a-f]{1,2}$/i.test(part))) return undefined;
  const mac = parts.map((part) => part.toLowerCase().padStart(2, '0')).join(':');
  return /^(?:00:){5}00$|^(?:ff:){5}ff$/.test(mac) ? undefined : mac;
}

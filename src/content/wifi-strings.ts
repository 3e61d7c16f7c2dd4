/** A name of 1 to 32 bytes as wpa_supplicant.conf has it: quoted when plain, else bare hex, which needs no escapes. */
export function wpaSsid(ssid: Uint8Array): string {
  const text = Buffer.from(ssid).toString('latin1');
  return /^[\x20\x21\x23-\x7e]+$/.test(text) ? `"${text}"` : Buffer.from(ssid).toString('hex');
}

/** A pass phrase quoted, as it is: the reader takes all up to the last quote of the line. 64 hex digits stay bare. */
export function wpaPassphrase(passphrase: string): string {
  return /^[0-9a-f]{64}$/i.test(passphrase) ? passphrase.toLowerCase() : `"${passphrase}"`;
}

/**
 * The `ssid=` of a NetworkManager connection: plain text, or a list of byte values where the text would hold a
 * separator, an escape, white space at an end or a byte that is not printable.
 */
export function keyfileSsid(ssid: Uint8Array): string {
  const text = Buffer.from(ssid).toString('latin1');
  const plain = /^[\x20-\x7e]+$/.test(text) && !/[;\\]|^ | $/.test(text);
  return plain ? text : [...ssid].map((byte) => `${byte};`).join('');
}

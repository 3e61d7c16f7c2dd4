import { createCipheriv, pbkdf2Sync } from 'node:crypto';
import { PiImageError } from '../model/errors.ts';

export { isDefaultPassword, saltFrom, sha512Crypt } from './sha512-crypt.ts';

/**
 * The pre-shared key of a WPA2 network as 64 hex digits: PBKDF2-HMAC-SHA1 over pass phrase and SSID (IEEE 802.11i
 * H.4). 64 hex digits given as pass phrase are the key already. WPA3 cannot use it: SAE needs the pass phrase.
 */
export function wpaPsk(passphrase: string, ssid: Uint8Array): string {
  if (isRawPsk(passphrase)) return passphrase.toLowerCase();
  return pbkdf2Sync(checkPassphrase(passphrase), ssid, 4096, 32, 'sha1').toString('hex');
}

export function isRawPsk(passphrase: string): boolean {
  return /^[0-9a-f]{64}$/i.test(passphrase);
}

/** 8 to 63 printable ASCII characters; anything else no access point takes. Never shows the pass phrase. */
export function checkPassphrase(passphrase: string): string {
  if (/^[\x20-\x7e]{8,63}$/.test(passphrase) || isRawPsk(passphrase)) return passphrase;
  const ascii = /^[\x20-\x7e]*$/.test(passphrase);
  throw new PiImageError(
    'spec.secret',
    ascii
      ? `a Wi-Fi password has 8 to 63 characters, this one has ${passphrase.length}`
      : 'a Wi-Fi password holds only ASCII letters, digits, signs and spaces',
    { help: 'check the password; a key of 64 hexadecimal digits is taken as well' },
  );
}

/** The fixed key of VNC servers, each byte mirrored, because VNC reads DES keys from the other end. */
const vncKey = Buffer.from('e84ad660c4721ae0', 'hex');

/**
 * A VNC password as RealVNC keeps it: DES under a key that everybody knows, in blocks of eight bytes. It hides the
 * password from a glance, no more. Triple DES with three equal keys, since OpenSSL 3 has no single DES.
 */
export function vncPassword(password: string): string {
  const bytes = Buffer.from(password);
  const padded = Buffer.alloc(Math.max(8, Math.ceil(bytes.length / 8) * 8));
  bytes.copy(padded);
  const cipher = createCipheriv('des-ede3', Buffer.concat([vncKey, vncKey, vncKey]), null).setAutoPadding(
    false,
  );
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString('hex');
}

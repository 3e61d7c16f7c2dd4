import { PiImageError } from '../model/errors.ts';
import { readKeyring } from './signature.ts';

/** The one key with this fingerprint out of all that `bytes` hold, as a binary keyring. */
export async function pinnedKey(what: string, bytes: Uint8Array, fingerprint: string): Promise<Uint8Array> {
  const keys = await readKeyring(bytes);
  const key = keys.find((one) => one.getFingerprint().toUpperCase() === fingerprint);
  if (key) return key.toPublic().write();
  throw new PiImageError('source.signature', `${what} does not hold the key ${fingerprint}`, {
    help: 'something in between may have changed it: try another network; if the archive has a new key, a newer pi-image will know it',
  });
}

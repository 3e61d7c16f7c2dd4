import { PiImageError } from '../model/errors.ts';
import { takeApart } from './clear-signed.ts';

export interface TrustedKeys {
  /** OpenPGP keyrings, binary or armored. */
  readonly keyrings: readonly Uint8Array[];
  /** If there are any, only these keys count: whole fingerprints of a primary key, or of a subkey with `!` behind. */
  readonly fingerprints?: readonly string[];
}

const largestKeyring = 1024 * 1024;
const mostSignatures = 20;
/** A clock that is a little slow shall not refuse what was signed this minute. */
const tolerance = 60 * 60 * 1000;
/** RFC 9580 section 5.2.1: of a binary document, of a text. */
const documentTypes = new Set<number>([0x00, 0x01]);

type OpenPgp = typeof import('openpgp');
type Key = Awaited<ReturnType<OpenPgp['readKey']>>;

/**
 * The text of a clear-signed file, if one of the trusted keys signed it. As for apt, signatures of unknown keys do
 * not count, and a wrong one of a known key spoils the whole. A key that has expired by `now` signs nothing any more.
 */
export async function verifyClearSigned(
  what: string,
  bytes: Uint8Array,
  trusted: TrustedKeys,
  now: Date,
): Promise<string> {
  const { text, armoredSignature } = takeApart(what, bytes);
  // Loaded only here: no other part of the program needs it, and it is large.
  const openpgp = await import('openpgp');
  const keys = await readKeyrings(trusted);
  const signature = await openpgp.readSignature({ armoredSignature }).catch((error: unknown) => {
    throw new PiImageError('source.signature', `the signature of ${what} is damaged`, { cause: error });
  });
  if (signature.packets.length > mostSignatures) {
    throw new PiImageError('source.signature', `${what} has more than ${mostSignatures} signatures`);
  }
  // Of the other types some cover nothing of the text.
  if (signature.packets.some(({ signatureType }) => !documentTypes.has(signatureType ?? -1))) {
    throw new PiImageError('source.signature', `${what} has a signature that is none of a document`);
  }
  const at = new Date(now.getTime() + tolerance);
  const message = await openpgp.createMessage({ text: canonical(text) });
  const { signatures } = await openpgp.verify({ message, signature, verificationKeys: keys, date: at });
  const signers: string[] = [];
  const faults: string[] = [];
  for (const { keyID, verified } of signatures) {
    const key = keys.find((one) => one.getKeys(keyID).length > 0);
    if (!key) continue;
    const fault = (await faultOf(verified)) ?? (await faultOfKey(key, keyID, at));
    if (fault !== undefined) faults.push(`${keyID.toHex().toUpperCase()}: ${fault}`);
    else if (mayUse(key, keyID, trusted.fingerprints)) signers.push(keyID.toHex());
  }
  if (faults.length > 0) throw notTrusted(what, faults.join('; '));
  if (signers.length > 0) return text;
  const unknown = signatures.map(({ keyID }) => keyID.toHex().toUpperCase());
  throw notTrusted(
    what,
    `it is signed by ${unknown.join(', ') || 'nobody'}, whom the image does not trust for this`,
  );
}

/** Spaces at the end of lines are not signed, since mail used to lose them. */
function canonical(text: string): string {
  return text.replace(/[ \t\r]+$/gm, '');
}

async function readKeyrings({ keyrings }: TrustedKeys): Promise<Key[]> {
  const keys: Key[] = [];
  for (const bytes of keyrings) keys.push(...(await readKeyring(bytes)));
  return keys;
}

/** Keys of a keyring, binary or armored. One that cannot be read has none and trusts nobody, which will be said. */
export async function readKeyring(bytes: Uint8Array): Promise<Key[]> {
  if (bytes.length > largestKeyring) return [];
  const openpgp = await import('openpgp');
  const text = Buffer.from(bytes).toString('latin1');
  const read = text.includes('-----BEGIN PGP PUBLIC KEY BLOCK-----')
    ? openpgp.readKeys({ armoredKeys: text })
    : openpgp.readKeys({ binaryKeys: Uint8Array.from(bytes) });
  return read.catch(() => []);
}

function faultOf(verified: Promise<true>): Promise<string | undefined> {
  return verified.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

/** The library judges a key by the time of the signature; whoever got hold of an old key can choose that time. */
function faultOfKey(
  key: Key,
  keyId: Parameters<Key['getSigningKey']>[0],
  at: Date,
): Promise<string | undefined> {
  return key.getSigningKey(keyId, at).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

function mayUse(
  key: Key,
  keyId: Parameters<Key['getKeys']>[0],
  allowed: readonly string[] | undefined,
): boolean {
  if (!allowed || allowed.length === 0) return true;
  const primary = key.getFingerprint().toUpperCase();
  const signing = key.getKeys(keyId).map((one) => `${one.getFingerprint().toUpperCase()}!`);
  return [primary, ...signing].some((one) => allowed.includes(one));
}

function notTrusted(what: string, why: string): PiImageError {
  return new PiImageError('source.signature', `the signature of ${what} is not good: ${why}`, {
    help: 'its packages would run as root, so nothing was taken; give the image a current keyring with `files:` if the archive has a new key',
  });
}

import { PiImageError } from '../model/errors.ts';

/** A public key as one line of authorized_keys, options and comment included. */
export interface PublicKey {
  readonly line: string;
  readonly type: string;
  /** The key itself, as it stands in the line. */
  readonly base64: string;
}

/** Number of length-prefixed fields after the type, by key type (RFC 4253 6.6, RFC 5656, RFC 8709, PROTOCOL.u2f). */
const fieldCounts: Readonly<Record<string, number>> = {
  'ssh-ed25519': 1,
  'ssh-rsa': 2,
  'ecdsa-sha2-nistp256': 2,
  'ecdsa-sha2-nistp384': 2,
  'ecdsa-sha2-nistp521': 2,
  'sk-ssh-ed25519@openssh.com': 2,
  'sk-ecdsa-sha2-nistp256@openssh.com': 3,
};

/** The keys in a text: one a line, blank lines and comments left out. Throws `spec.invalid` with `where` in the message. */
export function parsePublicKeys(text: string, where: string): readonly PublicKey[] {
  refuseOtherFormats(text, where);
  const keys = text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => parsePublicKey(line, where));
  if (keys.length === 0) throw invalid(where, 'holds no public key');
  return keys;
}

function parsePublicKey(line: string, where: string): PublicKey {
  const match = /(?:^|\s)((?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+)\s+([A-Za-z0-9+/=]+)(?=\s|$)/.exec(line);
  const [, type = '', base64 = ''] = match ?? [];
  if (!match) throw invalid(where, 'is not a public key such as "ssh-ed25519 AAAA… name"');
  if (type === 'ssh-dss') throw invalid(where, 'is a DSA key, which OpenSSH refuses');
  const wanted = fieldCounts[type];
  if (wanted === undefined) throw invalid(where, `has the key type ${type}, which OpenSSH does not know`);
  const fields = fieldsOf(Buffer.from(base64, 'base64'));
  const whole =
    Buffer.from(base64, 'base64').toString('base64').replace(/=+$/, '') === base64.replace(/=+$/, '');
  if (!whole || !fields || fields.length !== wanted + 1 || fields[0]?.toString('latin1') !== type) {
    throw invalid(where, 'is damaged: the key is cut off, or not the type it says');
  }
  checkSize(type, fields, where);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a control character would end or hide the line
  if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(line)) throw invalid(where, 'holds control characters');
  return { line, type, base64 };
}

function checkSize(type: string, fields: readonly Buffer[], where: string): void {
  const ed25519 = type.includes('ed25519');
  if (ed25519 && fields[1]?.length !== 32) throw invalid(where, 'is damaged: an Ed25519 key has 32 bytes');
  if (type === 'ssh-rsa' && (fields[2]?.length ?? 0) < 1024 / 8) {
    throw invalid(where, 'is an RSA key of less than 1024 bits, which OpenSSH refuses');
  }
}

/** The length-prefixed strings of a key blob; undefined where they do not fill it exactly. */
function fieldsOf(blob: Buffer): readonly Buffer[] | undefined {
  const fields: Buffer[] = [];
  let at = 0;
  while (at < blob.length) {
    if (at + 4 > blob.length) return undefined;
    const length = blob.readUInt32BE(at);
    if (at + 4 + length > blob.length) return undefined;
    fields.push(blob.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return fields;
}

function refuseOtherFormats(text: string, where: string): void {
  if (/PRIVATE KEY|PuTTY-User-Key-File/.test(text)) {
    throw invalid(
      where,
      'is a private key, which must stay with you',
      'give the file that ends in .pub beside it',
    );
  }
  if (/BEGIN SSH2 PUBLIC KEY/.test(text)) {
    throw invalid(where, 'is a public key in another format', 'turn it around with `ssh-keygen -i -f FILE`');
  }
}

function invalid(
  where: string,
  what: string,
  help = 'a public key is one line; ssh-keygen writes it to a file that ends in .pub',
) {
  return new PiImageError('spec.invalid', `${where} ${what}`, { help });
}

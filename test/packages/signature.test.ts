import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { takeApart } from '../../src/packages/clear-signed.ts';
import { verifyClearSigned } from '../../src/packages/signature.ts';
import { Gpg, gpgvAccepts, hasGpg } from '../fixtures/gpg.ts';
import { hasTool } from '../fixtures/judge.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { whenDone } from '../fixtures/when-done.ts';

const directory = temporaryDirectory();
const now = new Date();
const seconds = Math.floor(now.getTime() / 1000);
const text = 'Suite: buster\nDescription: one  \n- two\n-- three\nSHA256:\n 00 0 a\n\nFrom here\n';

describe.skipIf(!hasGpg)('verifyClearSigned', () => {
  const gpg = new Gpg(whenDone);
  const verify = (
    signed: Uint8Array,
    names: readonly string[],
    fingerprints: readonly string[] = [],
    at = now,
  ) => verifyClearSigned('InRelease', signed, { keyrings: [gpg.exportKeys(names)], fingerprints }, at);

  beforeAll(() => {
    gpg.makeKey('edward');
    gpg.makeKey('rose', 'rsa2048');
    gpg.makeKey('norris', 'nistp256');
    gpg.makeKey('mallory');
    gpg.makeKey('expired', 'ed25519', 'seconds=86400', seconds - 10 * 86400);
    gpg.makeKey('revoked');
    gpg.makeKey('subkey');
    gpg.addSigningKey('subkey');
  }, 120_000);

  it.each(['edward', 'rose', 'norris', 'subkey'])(
    'accepts what %s signed, and gives the text',
    async (name) => {
      const signed = gpg.clearSign(text, [name]);
      expect(await verify(signed, ['mallory', name])).toBe(text.trimEnd());
      expect(await verify(Buffer.from(signed.toString().replaceAll('\n', '\r\n')), [name])).toBe(
        text.trimEnd(),
      );
      const armored = gpg.exportKeys([name], true);
      expect(
        await verifyClearSigned('x', signed, { keyrings: [Buffer.from('rubbish'), armored] }, now),
      ).toBeTruthy();
    },
  );

  it('needs one known signer, and no wrong signature of a known one', async () => {
    const signed = gpg.clearSign(text, ['rose', 'mallory']);
    expect(await verify(signed, ['rose'])).toBeTruthy();
    expect(await verify(signed, ['mallory', 'rose'])).toBeTruthy();
    const changed = Buffer.from(signed.toString().replace('buster', 'jessie'));
    await expect(verify(changed, ['rose'])).rejects.toMatchObject({ code: 'source.signature' });
    await expect(verify(signed, ['edward'])).rejects.toThrow(/whom the image does not trust/);
    await expect(verifyClearSigned('x', signed, { keyrings: [] }, now)).rejects.toThrow(/does not trust/);
  });

  it('heeds fingerprints', async () => {
    const signed = gpg.clearSign(text, ['edward']);
    expect(await verify(signed, ['edward', 'rose'], [gpg.fingerprint('edward')])).toBeTruthy();
    expect(await verify(signed, ['edward', 'rose'], [`${gpg.fingerprint('edward')}!`])).toBeTruthy();
    await expect(verify(signed, ['edward', 'rose'], [gpg.fingerprint('rose')])).rejects.toThrow(
      /does not trust/,
    );
    // Signed by the subkey, so the primary key itself did not.
    const bySubkey = gpg.clearSign(text, ['subkey']);
    expect(await verify(bySubkey, ['subkey'], [gpg.fingerprint('subkey')])).toBeTruthy();
    await expect(verify(bySubkey, ['subkey'], [`${gpg.fingerprint('subkey')}!`])).rejects.toThrow(
      /does not trust/,
    );
  });

  it('refuses keys that have expired or were revoked, even for what they signed before', async () => {
    const old = gpg.clearSign(text, ['expired'], seconds - 10 * 86400 + 60);
    expect(await verify(old, ['expired'], [], new Date((seconds - 10 * 86400 + 120) * 1000))).toBeTruthy();
    await expect(verify(old, ['expired'])).rejects.toThrow(/expired/i);
    const signed = gpg.clearSign(text, ['revoked']);
    gpg.revoke('revoked');
    await expect(verify(signed, ['revoked'])).rejects.toThrow(/revoked/i);
  });

  it('refuses signatures from the future', async () => {
    const signed = gpg.clearSign(text, ['edward'], seconds + 86400);
    await expect(verify(signed, ['edward'])).rejects.toMatchObject({ code: 'source.signature' });
  });

  it('notices every changed byte of the text', async () => {
    const signed = gpg.clearSign(text, ['edward']);
    const start = signed.indexOf('\n\n') + 2;
    const end = signed.indexOf('\n-----BEGIN PGP SIGNATURE');
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: start, max: end - 1 }),
        fc.integer({ min: 1, max: 255 }),
        async (at, flip) => {
          const changed = Buffer.from(signed);
          changed[at] = (changed[at] ?? 0) ^ flip;
          const result = await verify(changed, ['edward']).catch(() => undefined);
          // Only spaces at the end of lines are not signed.
          if (result !== undefined)
            expect(result.replace(/[ \t\r]+$/gm, '')).toBe(text.trimEnd().replace(/ +$/gm, ''));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('gives nothing but the signed text, whatever is doubled, moved or put in between', async () => {
    const signed = gpg.clearSign(text, ['edward']).toString();
    const lines = signed.split('\n');
    await fc.assert(
      fc.asyncProperty(
        fc.nat(lines.length),
        fc.nat(lines.length),
        fc.nat(lines.length),
        async (from, to, at) => {
          const mangled = [...lines.slice(0, at), ...lines.slice(from, to), ...lines.slice(at)].join('\n');
          const result = await verify(Buffer.from(mangled), ['edward']).catch(() => undefined);
          if (result === undefined) return;
          expect(result).toBe(text.trimEnd());
        },
      ),
      { numRuns: 200 },
    );
  });
});

const lists = '/var/lib/apt/lists';
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const real = existsSync(lists)
  ? readdirSync(lists).filter((name) => /^deb\.debian\.org_.*_InRelease$/.test(name))
  : [];

describe.skipIf(real.length === 0 || !existsSync(keyring) || !hasTool('gpgv'))(
  'real archives of this machine',
  () => {
    it.each(real)('%s is judged as gpgv does', async (name) => {
      const [signed, keys] = [readFileSync(`${lists}/${name}`), readFileSync(keyring)];
      const result = await verifyClearSigned(name, signed, { keyrings: [keys] }, now).then(
        () => true,
        () => false,
      );
      expect(result).toBe(gpgvAccepts(directory, signed, keys));
    });
  },
);

describe('takeApart', () => {
  const signature = '-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n';
  const frame = (body: string, headers = 'Hash: SHA512\n') =>
    `-----BEGIN PGP SIGNED MESSAGE-----\n${headers}\n${body}\n${signature}`;
  const apart = (all: string | Uint8Array) => takeApart('x', Buffer.from(all));

  it('gives text and signature', () => {
    expect(apart(frame('a\n- -----\n- - b'))).toEqual({ text: 'a\n-----\n- b', armoredSignature: signature });
    expect(apart(`${frame('a')}\n`).text).toBe('a');
    expect(apart(frame('a', '')).text).toBe('a');
  });

  it.each([
    ['nothing', ''],
    ['HTML', '<html>captive portal</html>'],
    ['text before', `x\n${frame('a')}`],
    ['text after', `${frame('a')}x\n`],
    ['a second message', frame('a') + frame('b')],
    ['a header that is not signed', frame('a', 'Comment: x\n')],
    ['text among the headers', frame('a', 'Hash: SHA512\nSuite: evil\n')],
    ['an unescaped dash', frame('-x')],
    ['no signature', '-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\na\n'],
    ['a signature without end', frame('a').replace(/-----END.*\n/, '')],
    ['two signature blocks', frame('a').replace('iQ==', `iQ==\n${signature.trim()}`)],
    ['bytes that are no UTF-8', Buffer.from(frame('\xe9'), 'latin1')],
  ])('refuses %s', (_what, all) => {
    expect(() => apart(all)).toThrow(expect.objectContaining({ code: 'source.signature' }));
  });
});

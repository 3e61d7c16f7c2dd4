import { execFileSync, spawnSync } from 'node:child_process';
import { createDecipheriv } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkPassphrase,
  isDefaultPassword,
  saltFrom,
  sha512Crypt,
  vncPassword,
  wpaPsk,
} from '../../src/content/credentials.ts';

const openssl = spawnSync('openssl', ['passwd', '-6', '-salt', 'x', 'y']).status === 0;

describe('sha512Crypt', () => {
  it.each([
    [
      'raspberry',
      'saltsalt',
      '$6$saltsalt$677q0O/U8ycKsbBfN68CgcyXcWEbi0J/eUf256PkkeGXfNX3CNnPlwFdNvdBgnSiHDx5X1Xozxf5lg9iVIVVu/',
    ],
    [
      'Hello world!',
      'saltstring',
      '$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1',
    ],
  ])('agrees with the published hash of %s', (password, salt, hash) => {
    expect(sha512Crypt(password, salt)).toBe(hash);
  });

  it.skipIf(!openssl)('agrees with openssl for every length around a block', () => {
    for (const length of [1, 7, 8, 31, 63, 64, 65, 127, 128, 129, 150]) {
      const password = 'aä$'.repeat(60).slice(0, length);
      const salt = saltFrom(Buffer.alloc(12, length));
      const theirs = execFileSync('openssl', ['passwd', '-6', '-salt', salt, '-stdin'], {
        input: `${password}\n`,
        encoding: 'utf8',
      });
      expect(sha512Crypt(password, salt)).toBe(theirs.trim());
    }
  });

  it('agrees with crypt(3) for no password at all', () => {
    expect(sha512Crypt('', 'saltsalt')).toBe(
      '$6$saltsalt$qkTgsCrWMTAS9gBGcf9W60sFfH.hU0oTCAOJjhbz5tSp/sU3/xXZK4OFwCtq8lIIdpJ6CatVdOTSHKp97TPkt/',
    );
  });

  it('knows the hash of the password that everybody knows', () => {
    expect(isDefaultPassword(sha512Crypt('raspberry', 'abc'))).toBe(true);
    expect(isDefaultPassword(sha512Crypt('Raspberry', 'abc'))).toBe(false);
    for (const other of ['', '*', '!', '$y$j9T$x$y', '$6$rounds=9$a$b', '$6$$x'])
      expect(isDefaultPassword(other)).toBe(false);
  });

  it('refuses what crypt could not read back', () => {
    expect(() => sha512Crypt('a\0b', 'salt')).toThrow(/NUL/);
    expect(() => sha512Crypt('a', 'sa$lt')).toThrow(/salt/);
  });

  it('makes salts of 16 allowed characters', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 12, maxLength: 12 }), (bytes) => {
        expect(saltFrom(bytes)).toMatch(/^[./0-9A-Za-z]{16}$/);
      }),
    );
  });
});

describe('wpaPsk', () => {
  it.each([
    ['password', 'IEEE', 'f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e'],
    ['ThisIsAPassword', 'ThisIsASSID', '0dc0d6eb90555ed6419756b9a15ec3e3209b63df707dd508d14581f8982721af'],
  ])('agrees with the vector of IEEE 802.11 for %s', (passphrase, ssid, psk) => {
    expect(wpaPsk(passphrase, Buffer.from(ssid))).toBe(psk);
  });

  it('takes 64 hex digits as the key, and names of any bytes', () => {
    expect(wpaPsk('AB'.repeat(32), Buffer.from('x'))).toBe('ab'.repeat(32));
    expect(wpaPsk('password', Uint8Array.of(0, 255))).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each(['short', 'x'.repeat(64), 'pässwörter', 'tab\ttab\ttab', 'secret12\n'])(
    'refuses %j without showing it',
    (bad) => {
      expect(() => checkPassphrase(bad)).toThrow(/^a Wi-Fi password (has|holds)/);
      expect(() => checkPassphrase(bad)).not.toThrow(bad.trim());
    },
  );
});

describe('vncPassword', () => {
  it('agrees with the known obfuscation', () => expect(vncPassword('password')).toBe('dbd83cfd727a1458'));

  it('pads to blocks and can be taken back', () => {
    expect(vncPassword('123456789012')).toHaveLength(32);
    expect(vncPassword('')).toHaveLength(16);
    const key = Buffer.from('e84ad660c4721ae0'.repeat(3), 'hex');
    const decipher = createDecipheriv('des-ede3', key, null).setAutoPadding(false);
    const plain = Buffer.concat([decipher.update(vncPassword('123456789012'), 'hex'), decipher.final()]);
    expect(plain.toString().replace(/\0+$/, '')).toBe('123456789012');
  });
});

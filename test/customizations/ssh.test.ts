import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ssh } from '../../src/customizations/ssh.ts';
import { parsePublicKeys } from '../../src/customizations/ssh-key.ts';
import { bytesSource } from '../../src/model/content.ts';
import { PiImageError } from '../../src/model/errors.ts';
import type { HostFile } from '../../src/model/host-input.ts';
import { bookwormLite, busterLite, factsOf, osTrees } from '../fixtures/os-trees.ts';
import { applied, contribution } from './harness.ts';

const field = (bytes: Uint8Array | string) => {
  const data = Buffer.from(bytes);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, data]);
};
const made = (type: string, ...fields: (Uint8Array | string)[]) =>
  `${type} ${Buffer.concat([type, ...fields].map(field)).toString('base64')}`;
const key = `${made('ssh-ed25519', Buffer.alloc(32, 7))} anna@laptop`;
const links = {
  '/etc/systemd/system/multi-user.target.wants/ssh.service': '+ -> /lib/systemd/system/ssh.service',
  '/etc/systemd/system/sshd.service': '+ -> /lib/systemd/system/ssh.service',
};
const user = { settings: { user: { password: 'set' } } };

describe('ssh', () => {
  it.each(Object.entries(osTrees))('is switched on by the links of systemctl enable on %s', (_, makeTree) => {
    expect(applied(ssh, undefined, makeTree()).changed).toEqual(links);
  });

  it.each(Object.entries(osTrees))('with keys changes exactly what it must of %s', (name, makeTree) => {
    const { changed } = applied(ssh, { keys: [key] }, makeTree());
    expect(changed).toEqual({
      ...links,
      ...(name.startsWith('buster')
        ? { '/etc/ssh/sshd_config': '~ 0644 0:0' }
        : { '/etc/ssh/sshd_config.d/00-pi-image.conf': '+ 0644 0:0' }),
      '/home/pi/.ssh': '+ 0700 1000:1000 directory',
      '/home/pi/.ssh/authorized_keys': '+ 0600 1000:1000',
    });
  });

  it('puts keys where sshd takes them, and ends password login on Buster', () => {
    const tree = busterLite();
    const before = tree.readText('/etc/ssh/sshd_config');
    applied(ssh, { keys: [key] }, tree);
    expect(tree.readText('/home/pi/.ssh/authorized_keys')).toBe(`${key}\n`);
    expect(tree.readText('/etc/ssh/sshd_config')).toBe(
      before?.replace('#PasswordAuthentication yes\n', '$&PasswordAuthentication no\n'),
    );
  });

  it('ends password login through PAM as well', () => {
    const tree = busterLite();
    tree.write('/etc/ssh/sshd_config', bytesSource(Buffer.from('ChallengeResponseAuthentication yes\n')));
    applied(ssh, { keys: [key] }, tree);
    expect(tree.readText('/etc/ssh/sshd_config')).toBe(
      'ChallengeResponseAuthentication no\nPasswordAuthentication no\n',
    );
  });

  it('takes away what forbids the server to start', () => {
    const tree = busterLite();
    tree.write('/etc/ssh/sshd_not_to_be_run', bytesSource(new Uint8Array()));
    expect(applied(ssh, {}, tree).changed).toEqual({ ...links, '/etc/ssh/sshd_not_to_be_run': '-' });
  });

  it('uses a drop-in where sshd reads them', () => {
    const tree = bookwormLite();
    applied(ssh, { keys: [key] }, tree);
    expect(tree.readText('/etc/ssh/sshd_config.d/00-pi-image.conf')).toBe(
      'PasswordAuthentication no\nChallengeResponseAuthentication no\n',
    );
  });

  it('keeps keys that are there and mends their mode and owner', () => {
    const tree = busterLite();
    tree.makeDirectory('/home/pi/.ssh', { mode: 0o755 });
    tree.write('/home/pi/.ssh/authorized_keys', bytesSource(Buffer.from('ssh-rsa OLD old\n')), {
      mode: 0o644,
    });
    applied(ssh, { keys: [key, key], 'password-authentication': true }, tree);
    expect(tree.readText('/home/pi/.ssh/authorized_keys')).toBe(`ssh-rsa OLD old\n${key}\n`);
    expect(tree.stat('/home/pi/.ssh/authorized_keys')).toMatchObject({ mode: 0o600, uid: 1000, gid: 1000 });
    expect(tree.stat('/home/pi/.ssh')).toMatchObject({ mode: 0o700, uid: 1000, gid: 1000 });
    expect(tree.readText('/etc/ssh/sshd_config')).toMatch(/^PasswordAuthentication yes$/m);
  });

  it('follows the account to its new name', () => {
    const { edits } = contribution(ssh, { keys: [key] }, factsOf(busterLite()), {
      settings: { user: { name: 'anna' } },
    });
    expect(edits?.map(({ path }) => path)).toContain('/home/anna/.ssh/authorized_keys');
  });

  it('reads keys from a file', () => {
    const bytes = Buffer.from(`# my keys\r\n\r\n${key}\r\nfrom="10.0.0.0/8" ${key}2\r\n`);
    const file: HostFile = { kind: 'file', path: '/k.pub', size: bytes.length, mode: 0o644, bytes };
    const tree = busterLite();
    expect(ssh.inputs?.(ssh.schema.parse({ keys: [{ file: 'k.pub' }] }))).toEqual(['k.pub']);
    applied(ssh, { keys: [{ file: 'k.pub' }] }, tree, { inputs: { 'k.pub': file } });
    expect(tree.readText('/home/pi/.ssh/authorized_keys')).toBe(`${key}\nfrom="10.0.0.0/8" ${key}2\n`);
  });

  it('lets the keys in that GitHub has of a user, without options, and tells them', () => {
    const address = 'https://github.com/octo-cat.keys';
    const settings = { keys: ['gh:octo-cat'] };
    expect(ssh.downloads?.(ssh.schema.parse(settings))).toEqual([address]);
    expect(ssh.downloads?.(ssh.schema.parse({ ...settings, enabled: false }))).toEqual([]);
    const bare = key.replace(' anna@laptop', '');
    const answer = (text: string): { inputs: Record<string, HostFile> } => {
      const bytes = Buffer.from(text);
      return {
        inputs: { [address]: { kind: 'file', path: address, size: bytes.length, mode: 0o644, bytes } },
      };
    };
    const tree = busterLite();
    applied(ssh, settings, tree, answer(`command="evil" ${bare} x\n`));
    expect(tree.readText('/home/pi/.ssh/authorized_keys')).toBe(`${bare} gh:octo-cat\n`);
    const { advice } = contribution(ssh, settings, factsOf(busterLite()), answer(`${bare}\n`));
    const digest = createHash('sha256')
      .update(Buffer.from(bare.split(' ')[1] ?? '', 'base64'))
      .digest('base64');
    expect(advice).toContainEqual(
      expect.objectContaining({
        id: 'ssh.github-keys',
        message: expect.stringContaining(`SHA256:${digest.replace('=', '')} (ssh-ed25519)`),
      }),
    );
    expect(() => applied(ssh, settings, busterLite(), answer(''))).toThrow(/gh:octo-cat holds no public key/);
    expect(() => applied(ssh, settings, busterLite(), answer('<html>'))).toThrow(/is not a public key/);
  });

  it.each(['gh:', 'gh:-a', 'gh:a-', 'gh:a/b', 'gh:a.b', 'gh:a?b', `gh:${'a'.repeat(40)}`])(
    'takes %s for no user of GitHub',
    (name) => {
      const { error } = ssh.schema.safeParse({ keys: [name] });
      expect(error?.message).toContain('the name of a user of GitHub');
    },
  );

  it('off takes away what would switch it on', () => {
    const tree = busterLite();
    tree.makeLink(
      '/etc/systemd/system/multi-user.target.wants/ssh.service',
      '/lib/systemd/system/ssh.service',
    );
    tree.write('/boot/ssh', bytesSource(new Uint8Array()));
    expect(applied(ssh, { enabled: false }, tree).changed).toEqual({
      '/boot/ssh': '-',
      '/etc/systemd/system/multi-user.target.wants/ssh.service': '-',
    });
  });

  it('warns of the password that everybody knows', () => {
    const os = factsOf(busterLite());
    const ids = (written: unknown, given = {}) =>
      contribution(ssh, written, os, given).advice?.map(({ id }) => id);
    expect(ids(undefined)).toEqual(['ssh.default-password']);
    expect(ids(undefined, user)).toEqual([]);
    expect(ids({ keys: [key] })).toEqual([]);
    expect(ids({ keys: [key], 'password-authentication': true })).toEqual(['ssh.default-password']);
  });

  it('warns that Buster does not know keys of tokens', () => {
    const token = made('sk-ssh-ed25519@openssh.com', Buffer.alloc(32), 'ssh:');
    const warned = (tree: () => ReturnType<typeof busterLite>) =>
      contribution(ssh, { keys: [token] }, factsOf(tree())).advice?.some(
        ({ id }) => id === 'ssh.security-key',
      );
    expect([warned(busterLite), warned(bookwormLite)]).toEqual([true, false]);
  });

  it('refuses what would lock everybody out, and an image without a server', () => {
    expect(ssh.schema.safeParse({ 'password-authentication': false }).success).toBe(false);
    const os = { ...factsOf(busterLite()), units: {} };
    expect(contribution(ssh, undefined, os)).toEqual({});
    expect(() => contribution(ssh, {}, os)).toThrow(/no ssh server/);
  });
});

describe('public keys', () => {
  it.each([
    [
      '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH PRIVATE KEY-----',
      /private key/,
    ],
    ['PuTTY-User-Key-File-3: ssh-ed25519', /private key/],
    ['---- BEGIN SSH2 PUBLIC KEY ----', /another format/],
    ['hello', /not a public key/],
    ['', /no public key/],
    [made('ssh-dss', 'p', 'q', 'g', 'y'), /DSA/],
    [made('ssh-ed25519', Buffer.alloc(31)), /32 bytes/],
    [made('ssh-rsa', Buffer.from([1, 0, 1]), Buffer.alloc(65)), /1024 bits/],
    [made('ssh-ed25519', Buffer.alloc(32)).replace('ssh-ed25519 ', 'ssh-rsa '), /damaged/],
    [key.slice(0, 60), /damaged/],
    [made('ssh-foo', 'x'), /does not know/],
    [`${key}\u0007`, /control/],
  ])('refuses %j', (text, message) => {
    expect(() => parsePublicKeys(text, 'the key')).toThrow(message);
  });

  it('says in the schema what is wrong', () => {
    const result = ssh.schema.safeParse({ keys: ['-----BEGIN OPENSSH PRIVATE KEY-----'] });
    expect(JSON.stringify(result.error?.issues)).toContain('private key');
  });

  it('never fails but with a sentence, and gives back one line a key', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((tail) => `${key}${tail}`),
        ),
        (text) => {
          try {
            for (const { line } of parsePublicKeys(text, 'the key')) expect(line).not.toMatch(/[\n\r]/);
          } catch (error) {
            if (!PiImageError.is(error)) throw error;
          }
        },
      ),
    );
  });

  it.skipIf(spawnSync('ssh-keygen', ['-V']).error !== undefined)('takes what ssh-keygen makes', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'pi-image-keys-'));
    try {
      for (const [type, bits] of [
        ['ed25519', '256'],
        ['rsa', '2048'],
        ['ecdsa', '256'],
        ['ecdsa', '521'],
      ] as const) {
        const file = path.join(folder, `${type}${bits}`);
        execFileSync('ssh-keygen', ['-q', '-t', type, '-b', bits, '-N', '', '-C', 'a b', '-f', file]);
        const text = readFileSync(`${file}.pub`, 'utf8');
        expect(parsePublicKeys(text, 'it').map(({ line }) => line)).toEqual([text.trim()]);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

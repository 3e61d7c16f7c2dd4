import { describe, expect, it } from 'vitest';
import { sha512Crypt } from '../../src/content/credentials.ts';
import { loginAfter, user } from '../../src/customizations/user.ts';
import { bytesSource } from '../../src/model/content.ts';
import {
  bookwormDesktop,
  bookwormLite,
  busterDesktop,
  busterLite,
  factsOf,
  osTrees,
} from '../fixtures/os-trees.ts';
import { applied, buildTime, contribution } from './harness.ts';

/** What renaming pi to anna changes everywhere. */
const renamed = {
  '/etc/group': '~ 0644 0:0',
  '/etc/gshadow': '~ 0640 0:42',
  '/etc/passwd': '~ 0644 0:0',
  '/etc/shadow': '~ 0640 0:42',
  '/etc/subgid': '~ 0644 0:0',
  '/etc/subuid': '~ 0644 0:0',
  '/etc/sudoers.d/010_pi-nopasswd': '~ 0440 0:0',
  '/home/anna': '+ 0755 1000:1000 directory',
  '/home/anna/.bashrc': '+ 0644 1000:1000',
  '/home/anna/.profile': '+ 0644 1000:1000',
  '/home/pi': '-',
  '/home/pi/.bashrc': '-',
  '/home/pi/.profile': '-',
};
/** What ends the questions of an image that asks for its user. */
const answered = {
  '/etc/ssh/sshd_config.d/rename_user.conf': '-',
  '/etc/systemd/system/getty.target.wants': '+ 0755 0:0 directory',
  '/etc/systemd/system/getty.target.wants/getty@tty1.service': '+ -> /lib/systemd/system/getty@.service',
  '/etc/systemd/system/multi-user.target.wants/userconfig.service': '-',
};
const onDesktop = { '/etc/lightdm/lightdm.conf': '~ 0644 0:0', '/etc/xdg/autostart/piwiz.desktop': '-' };
const changes: Readonly<Record<keyof typeof osTrees, Readonly<Record<string, string>>>> = {
  'buster-lite': renamed,
  'buster-desktop': { ...renamed, ...onDesktop },
  'bullseye-lite': { ...renamed, ...answered },
  'bookworm-lite': { ...renamed, ...answered },
  'bookworm-desktop': {
    ...renamed,
    ...answered,
    ...onDesktop,
    '/etc/sudoers.d/010_wiz-nopasswd': '-',
    '/etc/systemd/system/getty@tty1.service.d/autologin.conf': '~ 0644 0:0',
  },
  'trixie-lite': { ...renamed, ...answered },
};

describe('user with a name and a password', () => {
  it.each(Object.entries(osTrees))('changes exactly what it must of %s', (name, makeTree) => {
    const tree = makeTree();
    const { changed } = applied(user, { name: 'anna', password: 'correct horse' }, tree);
    expect(changed).toEqual(changes[name as keyof typeof osTrees]);
    const os = factsOf(tree);
    expect(os.firstUser).toMatchObject({ name: 'anna', uid: 1000, home: '/home/anna' });
    expect(os.firstUserPassword).toBe('set');
  });
});

const day = String(Math.floor(buildTime.getTime() / 86_400_000));

describe('user on an image with pi', () => {
  it('renames in every file that usermod would change', () => {
    const tree = busterDesktop();
    const before = Object.fromEntries(
      ['passwd', 'shadow', 'group', 'gshadow', 'subuid', 'subgid'].map((name) => [
        name,
        tree.readText(`/etc/${name}`) ?? '',
      ]),
    );
    applied(user, { name: 'anna', password: 'correct horse' }, tree);
    for (const [name, text] of Object.entries(before)) {
      const now = tree.readText(`/etc/${name}`) ?? '';
      expect(now.split('\n')).toHaveLength(text.split('\n').length);
      expect(now, name).not.toMatch(/(^|[:,])pi([:,]|$)/m);
    }
    expect(tree.readText('/etc/passwd')).toMatch(/^anna:x:1000:1000:[^:]*:\/home\/anna:\/bin\/bash$/m);
    expect(tree.readText('/etc/group')).toMatch(/^anna:x:1000:$/m);
    expect(tree.readText('/etc/group')).toMatch(/^sudo:x:27:anna$/m);
    expect(tree.readText('/etc/group')).toMatch(/^spi:x:\d+:anna$/m);
    expect(tree.readText('/etc/sudoers.d/010_pi-nopasswd')).toBe('anna ALL=(ALL) NOPASSWD: ALL\n');
    expect(tree.readText('/etc/lightdm/lightdm.conf')).toMatch(/^autologin-user=anna$/m);
    expect(tree.stat('/home/anna')).toMatchObject({ kind: 'directory', uid: 1000, gid: 1000 });
    expect(tree.stat('/home/pi')).toBeUndefined();
  });

  it('sets a password that crypt takes, changed today, and touches shadow only', () => {
    const tree = busterLite();
    const { changed, edits } = applied(user, { password: 'correct horse' }, tree);
    expect(changed).toEqual({ '/etc/shadow': '~ 0640 0:42' });
    const [, hash = '', changedOn] =
      tree
        .readText('/etc/shadow')
        ?.match(/^pi:.*$/m)?.[0]
        .split(':') ?? [];
    expect(hash).toBe(sha512Crypt('correct horse', hash.split('$')[2] ?? ''));
    expect(changedOn).toBe(day);
    expect(edits?.filter(({ path, sensitive }) => path === '/etc/shadow' && sensitive)).toHaveLength(1);
    expect(factsOf(tree).firstUserPassword).toBe('set');
  });

  it('takes a hash, and on Buster only one that Buster knows', () => {
    const yescrypt = `$y$j9T$${'a'.repeat(22)}$${'b'.repeat(43)}`;
    const hash = sha512Crypt('x', 'abc');
    const tree = busterLite();
    applied(user, { 'password-hash': hash }, tree);
    expect(tree.readText('/etc/shadow')).toContain(`pi:${hash}:${day}:0:99999:7:::`);
    expect(() => contribution(user, { 'password-hash': yescrypt }, factsOf(busterLite()))).toThrow(
      /does not know \$y\$/,
    );
    expect(contribution(user, { 'password-hash': yescrypt }, factsOf(bookwormLite())).edits).toBeDefined();
    for (const bad of ['secret', '$1$abc$def', 'x:0:0', `${hash}\nroot::`]) {
      expect(() => contribution(user, { 'password-hash': bad }, factsOf(busterLite()))).toThrow(
        /not one that Linux takes/,
      );
    }
  });

  it('does nothing when nothing is said', () => {
    expect(contribution(user, undefined, factsOf(busterLite()))).toEqual({});
    expect(applied(user, {}, busterDesktop()).changed).toEqual({});
  });

  it('ends the wizard of the desktop when it renames, because that asks for the password of pi', () => {
    expect(applied(user, { name: 'anna' }, busterDesktop()).changed).toMatchObject(onDesktop);
  });

  it('follows a rename into the login of the console', () => {
    const tree = busterLite();
    tree.makeDirectory('/etc/systemd/system/getty@tty1.service.d');
    const dropIn = '/etc/systemd/system/getty@tty1.service.d/autologin.conf';
    tree.write(
      dropIn,
      bytesSource(Buffer.from('ExecStart=-/sbin/agetty --autologin pi --noclear %I $TERM\n')),
    );
    applied(user, { name: 'pi-lot', password: 'correct horse' }, tree);
    expect(tree.readText(dropIn)).toBe('ExecStart=-/sbin/agetty --autologin pi-lot --noclear %I $TERM\n');
  });

  it('refuses a name that another account or group has', () => {
    const tree = busterLite();
    tree.write('/etc/group', bytesSource(Buffer.from(`${tree.readText('/etc/group')}wheel:x:77:\n`)));
    expect(() => applied(user, { name: 'wheel', password: 'correct horse' }, tree)).toThrow(/already/);
  });
});

describe('user on an image that asks for one', () => {
  it('logs the user in where the helper that asks was', () => {
    const tree = bookwormDesktop();
    applied(user, { name: 'anna', password: 'correct horse' }, tree);
    expect(tree.readText('/etc/lightdm/lightdm.conf')).toBe('[Seat:*]\nautologin-user=anna\n');
    expect(tree.readText('/etc/systemd/system/getty@tty1.service.d/autologin.conf')).toContain(
      '--autologin anna --noclear',
    );
  });

  it('may keep the name, and then only ends the questions', () => {
    const { changed } = applied(user, { name: 'pi', password: 'correct horse' }, bookwormLite());
    expect(changed).toEqual({ ...answered, '/etc/shadow': '~ 0640 0:42' });
  });

  it('is what counts when it is given, and a userconf.txt that is there when not', () => {
    const tree = bookwormLite();
    tree.write('/boot/firmware/userconf.txt', bytesSource(Buffer.from('eve:$6$x$y\n')));
    const keys = { settings: { ssh: { keys: ['ssh-ed25519 AAAA'] } } };
    expect(contribution(user, undefined, factsOf(tree))).toEqual({});
    expect(contribution(user, undefined, factsOf(tree), keys)).toEqual({});
    const { changed } = applied(user, { name: 'anna', password: 'correct horse' }, tree);
    expect(changed['/boot/firmware/userconf.txt']).toBe('-');
  });

  it('warns when no user is given, and leaves the questions', () => {
    const tree = bookwormLite();
    const { changed, advice } = applied(user, undefined, tree);
    expect(changed).toEqual({});
    expect(advice?.map(({ id }) => id)).toEqual(['user.unset']);
  });

  it('is content with keys instead of a password', () => {
    const given = { settings: { ssh: { keys: ['ssh-ed25519 AAAA'] } } };
    expect(applied(user, { name: 'anna' }, bookwormLite(), given).changed).toEqual({
      ...renamed,
      ...answered,
    });
    const without = (settings: Record<string, unknown>) => () =>
      contribution(user, { name: 'anna' }, factsOf(bookwormLite()), { settings });
    expect(without({})).toThrow(/nobody could log in/);
    expect(without({ ssh: { enabled: false, keys: ['ssh-ed25519 AAAA'] } })).toThrow(/nobody could log in/);
  });
});

describe('loginAfter', () => {
  const os = factsOf(busterLite());

  it('is the first user, under its new name', () => {
    expect(loginAfter(undefined, os)).toEqual({ name: 'pi', uid: 1000, gid: 1000, home: '/home/pi' });
    expect(loginAfter({ name: 'anna' }, os)).toEqual({
      name: 'anna',
      uid: 1000,
      gid: 1000,
      home: '/home/anna',
    });
  });

  it('is another account when it has that name, and nobody where there is none', () => {
    const zoe = { name: 'zoe', uid: 1001, gid: 1001, home: '/srv/zoe', shell: '/bin/sh' };
    expect(loginAfter({ name: 'zoe' }, { ...os, users: [...os.users, zoe] })).toMatchObject({
      uid: 1001,
      home: '/srv/zoe',
    });
    const { firstUser: _, ...none } = { ...os, users: [] };
    expect(loginAfter({ name: 'zoe' }, none)).toBeUndefined();
    expect(() => contribution(user, { name: 'zoe', password: 'x' }, none)).toThrow(
      /no account that could become "zoe"/,
    );
  });
});

describe('user settings', () => {
  it.each(['root', 'Anna', '1a', 'a b', 'a:b', 'x'.repeat(33), 'sudo', 'www-data', ''])(
    'refuse the name %j',
    (name) => {
      expect(user.schema.safeParse({ name }).success).toBe(false);
    },
  );

  it('refuse a password and a hash together, and a password nobody can type', () => {
    expect(user.schema.safeParse({ password: 'a', 'password-hash': 'b' }).success).toBe(false);
    const attempt = () => contribution(user, { password: 'tab\there7' }, factsOf(busterLite()));
    expect(attempt).toThrow(/control character/);
    expect(attempt).not.toThrow(/here7/);
  });
});

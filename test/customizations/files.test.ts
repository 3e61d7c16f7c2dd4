import { describe, expect, it } from 'vitest';
import { files } from '../../src/customizations/files.ts';
import type { HostDirectory, HostFile, HostInput } from '../../src/model/host-input.ts';
import { bookwormLite, busterLite, factsOf, osTrees } from '../fixtures/os-trees.ts';
import { applied, contribution } from './harness.ts';

const hostFile = (content: string, mode = 0o640): HostFile => {
  const bytes = Buffer.from(content);
  return { kind: 'file', path: '/host/x', size: bytes.length, mode, bytes };
};
const inputs = (input: HostInput) => ({ inputs: { x: input } });
const ids = (content: string, target: string, os = factsOf(busterLite())) =>
  contribution(files, [{ content, target }], os).advice?.map(({ id }) => id);

describe('files', () => {
  it.each(Object.entries(osTrees))('puts exactly what it is told into %s', (name, makeTree) => {
    const tree = makeTree();
    const boot = /bookworm|trixie/.test(name) ? '/boot/firmware' : '/boot';
    const { changed, advice } = applied(
      files,
      [
        { content: 'hello\n', target: '/etc/motd' },
        { content: 'x', target: '/opt/mine/secret', mode: '0600', owner: 'pi', sensitive: true },
        { content: 'kitchen\n', target: '/etc/hostname' },
        { content: 'y', target: `${boot}/note.txt` },
        { content: 'z', target: '/home/pi/a/b' },
      ],
      tree,
    );
    expect(changed).toEqual({
      '/etc/hostname': '~ 0644 0:0',
      '/etc/motd': '+ 0644 0:0',
      '/home/pi/a': '+ 0755 1000:1000 directory',
      '/home/pi/a/b': '+ 0644 1000:1000',
      '/opt/mine': '+ 0755 0:0 directory',
      '/opt/mine/secret': '+ 0600 1000:1000',
      [`${boot}/note.txt`]: '+ 0644 0:0',
    });
    expect(tree.readText('/etc/motd')).toBe('hello\n');
    expect(advice).toEqual([]);
  });

  it('copies a file of this computer, and a program stays one', () => {
    const tree = busterLite();
    expect(
      applied(
        files,
        [{ source: 'x', target: '/usr/local/bin/x' }],
        tree,
        inputs(hostFile('#!/bin/sh\n', 0o700)),
      ).changed,
    ).toEqual({ '/usr/local/bin/x': '+ 0755 0:0' });
    expect(
      applied(files, [{ source: 'x', target: '/srv/x' }], tree, inputs(hostFile('data', 0o600))).changed,
    ).toEqual({
      '/srv': '+ 0755 0:0 directory',
      '/srv/x': '+ 0644 0:0',
    });
  });

  it('copies a folder with all below it, links as links', () => {
    const folder: HostDirectory = {
      kind: 'directory',
      path: '/host/site',
      mode: 0o700,
      entries: {
        css: { kind: 'directory', mode: 0o755 },
        'css/a.css': hostFile('body {}'),
        'index.html': { kind: 'link', target: '../elsewhere' },
        run: hostFile('#!/bin/sh\n', 0o755),
      },
    };
    const tree = busterLite();
    const { changed } = applied(
      files,
      [{ source: 'x', target: '/srv/site', mode: '0640', owner: '33:33' }],
      tree,
      inputs(folder),
    );
    expect(changed).toEqual({
      '/srv': '+ 0755 0:0 directory',
      '/srv/site': '+ 0750 33:33 directory',
      '/srv/site/css': '+ 0750 33:33 directory',
      '/srv/site/css/a.css': '+ 0640 33:33',
      '/srv/site/index.html': '+ -> ../elsewhere',
      '/srv/site/run': '+ 0640 33:33',
    });
  });

  it('leaves folders on the way to the user, whoever owns the file', () => {
    const tree = busterLite();
    const { changed } = applied(
      files,
      [
        { content: 'x', target: '/home/pi/.config/a', owner: 'root' },
        { content: 'y', target: '/home/pi/.config/deep/b' },
      ],
      tree,
    );
    expect(changed).toEqual({
      '/home/pi/.config': '+ 0755 1000:1000 directory',
      '/home/pi/.config/a': '+ 0644 0:0',
      '/home/pi/.config/deep': '+ 0755 1000:1000 directory',
      '/home/pi/.config/deep/b': '+ 0644 1000:1000',
    });
  });

  it('lets a folder of its own say whose it is, whatever else goes into it', () => {
    const folder: HostDirectory = { kind: 'directory', path: '/host/app', mode: 0o755, entries: {} };
    const written = [
      { content: 'x', target: '/home/pi/app/x' },
      { source: 'x', target: '/home/pi/app', owner: 'root' },
    ];
    expect(applied(files, written, busterLite(), inputs(folder)).changed).toEqual({
      '/home/pi/app': '+ 0755 0:0 directory',
      '/home/pi/app/x': '+ 0644 1000:1000',
    });
  });

  it('belongs to the account under its new name', () => {
    const { edits } = contribution(files, [{ content: 'x', target: '/home/anna/x' }], factsOf(busterLite()), {
      settings: { user: { name: 'anna' } },
    });
    expect(edits).toMatchObject([{ path: '/home/anna/x', owner: { user: 1000, group: 1000 } }]);
  });

  it('refuses owners that the image does not have', () => {
    const attempt = () =>
      applied(files, [{ content: 'x', target: '/srv/x', owner: 'nobody:wheel' }], busterLite());
    expect(attempt).toThrow(/no group "wheel"/);
  });

  it.each([
    [{ content: 'x', target: 'etc/x' }, /begins with/],
    [{ content: 'x', target: '/' }, /not \//],
    [{ content: 'x', target: '/a/../b' }, /no/],
    [{ content: 'x', target: '/proc/x' }, /nothing put there/],
    [{ content: 'x', target: '/run' }, /nothing put there/],
    [{ target: '/x' }, /either a source or a content/],
    [{ source: 'a', content: 'b', target: '/x' }, /either a source or a content/],
    [{ content: 'x', target: '/x', mode: 644 }, /in quotes/],
    [{ content: 'x', target: '/x', mode: '0888' }, /octal/],
    [{ content: 'x', target: '/x', owner: 'a:b:c' }, /owner/],
  ])('refuses %j', (one, message) => {
    expect(JSON.stringify(files.schema.safeParse([one]).error?.issues)).toMatch(message);
  });
});

describe('files that do not work on a Pi', () => {
  it.each(['#!/bin/sh\r\necho\r\n', '\ufeff#!/bin/sh\necho\n'])('are told of: the script %j', (script) => {
    expect(ids(script, '/usr/local/bin/x')).toEqual(['files.line-ends']);
  });

  it.each(['#!/bin/sh\necho\r\n', 'key=value\r\n', '# #!/bin/sh\r\n', ''])('are not: %j', (content) => {
    expect(ids(content, '/etc/x')).toEqual([]);
  });

  it('are told of: PARTUUIDs that the first boot changes', () => {
    const text = 'What=/dev/disk/by-partuuid/6c586e13-02\n';
    expect(ids(text, '/etc/systemd/system/data.mount')).toEqual(['files.partuuid']);
    expect(ids('root=PARTUUID=6c586e13-02', '/etc/x', factsOf(bookwormLite()))).toEqual(['files.partuuid']);
    expect(ids('PARTUUID=6c586e13-02 / ext4', '/etc/fstab')).toEqual([]);
    expect(ids('root=PARTUUID=6c586e13-02', '/boot/cmdline.txt')).toEqual([]);
    expect(ids(text, '/etc/x', { ...factsOf(busterLite()), commandLine: 'root=/dev/mmcblk0p2' })).toEqual([]);
  });
});

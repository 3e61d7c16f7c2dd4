import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFacts } from '../../../src/image/facts/read-facts.ts';
import { createMemoryVolume } from '../../../src/image/memory.ts';
import { mountTree } from '../../../src/image/tree.ts';
import { bytesSource } from '../../../src/model/content.ts';
import type { OsFacts } from '../../../src/model/os.ts';
import type { Tree } from '../../../src/model/tree.ts';
import type { Volume } from '../../../src/model/volume.ts';
import { busterLite, factsOf, fill, osTrees } from '../../fixtures/os-trees.ts';

const put = (tree: Tree, path: string, content: string | Uint8Array) =>
  tree.write(path, bytesSource(Buffer.from(content)));

describe('readFacts', () => {
  const expected: Readonly<Record<keyof typeof osTrees, Partial<OsFacts>>> = {
    'buster-lite': {
      id: 'raspbian',
      codename: 'buster',
      version: 10,
      arch: 'armhf',
      release: { date: '2021-05-07', stage: 'stage2' },
      bootDir: '/boot',
      firstUserPassword: 'default',
      desktop: false,
      network: 'dhcpcd',
      systemd: 241,
    },
    'buster-desktop': { codename: 'buster', release: { date: '2021-05-07', stage: 'stage4' }, desktop: true },
    'bullseye-lite': {
      codename: 'bullseye',
      version: 11,
      network: 'dhcpcd',
      systemd: 247,
      firstUserPassword: 'locked',
    },
    'bookworm-lite': {
      id: 'debian',
      codename: 'bookworm',
      arch: 'arm64',
      bootDir: '/boot/firmware',
      network: 'network-manager',
      firstUserPassword: 'locked',
    },
    'bookworm-desktop': { codename: 'bookworm', desktop: true },
    'trixie-lite': { codename: 'trixie', version: 13, bootDir: '/boot/firmware', network: 'network-manager' },
  };

  it.each(Object.entries(osTrees))('knows %s', (name, makeTree) => {
    const os = factsOf(makeTree());
    expect(os).toMatchObject(expected[name as keyof typeof osTrees]);
    expect(os).toMatchObject({ hostname: 'raspberrypi', usedBefore: false });
    expect(os.firstUser).toMatchObject({ name: 'pi', uid: 1000, home: '/home/pi' });
    expect(os.units['ssh.service']).toBe('/lib/systemd/system/ssh.service');
    expect(os.bootFiles).toContain('config.txt');
    expect(os.commandLine).toMatch(/^console=.*\n$/);
    expect(os).not.toHaveProperty('rootPartition');
    expect(JSON.parse(JSON.stringify(os))).toEqual(os);
  });

  it('sees that a Pi has run from it', () => {
    for (const [path, content, used] of [
      ['/etc/machine-id', '0123456789abcdef0123456789abcdef\n', true],
      ['/etc/machine-id', 'uninitialized\n', false],
      ['/etc/ssh/ssh_host_ed25519_key', 'x', true],
      ['/etc/ssh/ssh_host_ed25519_key.pub', 'x', false],
    ] as const) {
      const tree = busterLite();
      put(tree, path, content);
      expect(factsOf(tree).usedBefore, path).toBe(used);
    }
  });

  it('finds the boot partition without fstab, and the release without /etc/rpi-issue', () => {
    const tree = busterLite();
    tree.remove('/etc/fstab');
    tree.remove('/etc/rpi-issue');
    expect(factsOf(tree)).toMatchObject({ bootDir: '/boot', release: { date: '2021-05-07' } });
    tree.makeDirectory('/boot/firmware');
    put(tree, '/boot/firmware/config.txt', '');
    expect(factsOf(tree).bootDir).toBe('/boot/firmware');
  });

  it('calls a desktop only what can start', () => {
    const tree = osTrees['buster-desktop']();
    tree.remove('/lib/systemd/system/lightdm.service');
    expect(factsOf(tree).desktop).toBe(false);
  });

  it('says little of an empty tree, and fails on nothing', () => {
    const tree = mountTree([{ at: '/', volume: createMemoryVolume() }]);
    expect(readFacts(tree)).toEqual({
      id: '',
      codename: '',
      version: 0,
      prettyName: '',
      arch: 'other',
      bootDir: '/boot',
      hostname: '',
      users: [],
      groups: [],
      firstUserPassword: 'none',
      desktop: false,
      network: 'unknown',
      systemd: 0,
      units: {},
      packages: {},
      rfkillWlan: [],
      present: [],
      bootFiles: [],
      commandLine: '',
      usedBefore: false,
    });
  });
});

describe('readFacts of a hostile image', () => {
  const files = [
    '/etc/os-release',
    '/etc/passwd',
    '/etc/group',
    '/etc/shadow',
    '/etc/fstab',
    '/etc/hostname',
    '/etc/machine-id',
    '/etc/rpi-issue',
    '/boot/cmdline.txt',
    '/var/lib/dpkg/status',
    '/bin/sh',
  ];

  it('is of the same shape for any bytes in any file', () => {
    fc.assert(
      fc.property(
        fc.record(
          Object.fromEntries(
            files.map((path) => [
              path,
              fc.oneof(
                fc.uint8Array({ maxLength: 200 }),
                fc.string().map((text) => Buffer.from(`ID=${text}\npi:x:1000:1000:${text}\nx:y:0:`)),
              ),
            ]),
          ),
          { requiredKeys: [] },
        ),
        (contents: Partial<Record<string, Uint8Array>>) => {
          const volume = fill(
            createMemoryVolume(),
            Object.entries(contents).map(([path, content = '']) => ({
              kind: 'file',
              path,
              content,
              mode: 0o644,
              uid: 0,
              gid: 0,
            })),
          );
          const os = readFacts(mountTree([{ at: '/', volume }]));
          expect(os.hostname.length).toBeLessThanOrEqual(64);
          expect(os.hostname).not.toContain('\n');
          expect(Number.isSafeInteger(os.version) && Number.isSafeInteger(os.systemd)).toBe(true);
          for (const { uid } of os.users) expect(Number.isSafeInteger(uid)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('takes links that lead in circles, and directories where files should be, for missing', () => {
    const tree = busterLite();
    for (const path of files) {
      if (path.startsWith('/boot')) continue;
      tree.remove(path);
      tree.makeLink(path, path);
    }
    tree.remove('/boot/cmdline.txt');
    tree.makeDirectory('/boot/cmdline.txt');
    tree.makeLink('/var/lib/systemd/rfkill/a:wlan', 'b:wlan');
    tree.makeLink('/var/lib/systemd/rfkill/b:wlan', 'a:wlan');
    const os = readFacts(tree);
    expect(os).toMatchObject({ id: 'raspbian', users: [], commandLine: '', usedBefore: false });
  });

  it('reads a bounded part of files that claim to be endless', () => {
    let bytes = 0;
    const plain = fill(createMemoryVolume(), [
      { kind: 'file', path: '/etc/passwd', content: '', mode: 0o644, uid: 0, gid: 0 },
    ]);
    const endless: Volume = Object.assign(Object.create(plain) as Volume, {
      stat: (path: string) => plain.stat(path),
      list: (path: string) => plain.list(path),
      open: () => ({
        size: 2 ** 45,
        readInto(target: Uint8Array) {
          bytes += target.length;
          target.fill(0x0a);
        },
      }),
    });
    expect(readFacts(mountTree([{ at: '/', volume: endless }])).users).toEqual([]);
    expect(bytes).toBeLessThanOrEqual(2 * 1024 * 1024);
  });

  it('looks at a bounded number of names on the boot partition', () => {
    const tree = busterLite();
    for (let index = 0; index < 1500; index++) put(tree, `/boot/x${index}`, '');
    expect(factsOf(tree).bootFiles).toHaveLength(1000);
  });
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { docker } from '../../src/customizations/docker.ts';
import { bytesSource } from '../../src/model/content.ts';
import type { OsFacts } from '../../src/model/os.ts';
import { firstBootEdits } from '../../src/plan/first-boot.ts';
import { judge } from '../fixtures/judge.ts';
import {
  bookwormLite,
  bullseyeLite,
  busterDesktop,
  busterLite,
  factsOf,
  osTrees,
  trixieLite,
} from '../fixtures/os-trees.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { applied, contribution } from './harness.ts';

const sha256 = 'AB'.repeat(32);
const fixed = { method: 'static', static: { version: '27.5.1', sha256 } };
const buster = factsOf(busterLite());
const armhf = (os: OsFacts): OsFacts => ({ ...os, id: 'raspbian', arch: 'armhf' });

const contribute = (written: unknown, os: OsFacts) => contribution(docker, written, os);
const scriptOf = (written: unknown, os: OsFacts) => contribute(written, os).firstBoot?.[0]?.script ?? '';
const ids = (written: unknown, os: OsFacts) => contribute(written, os).advice?.map(({ id }) => id);

describe('docker', () => {
  it.each(Object.entries(osTrees))('prepares %s at build time, unasked', (name, makeTree) => {
    const tree = makeTree();
    const boot = /bookworm|trixie/.test(name) ? '/boot/firmware' : '/boot';
    const before = tree.readText(`${boot}/cmdline.txt`) ?? '';
    const { changed, firstBoot } = applied(docker, undefined, tree);
    const withDhcpcd = /buster|bullseye/.test(name);
    expect(changed).toEqual({
      [`${boot}/cmdline.txt`]: '~ 0644 0:0',
      ...(withDhcpcd && { '/etc/dhcpcd.conf': name.startsWith('buster') ? '~ 0644 0:109' : '~ 0644 0:0' }),
      '/etc/docker': '+ 0755 0:0 directory',
      '/etc/docker/daemon.json': '+ 0644 0:0',
    });
    expect(tree.readText(`${boot}/cmdline.txt`)).toBe(
      `${before.trimEnd()} cgroup_enable=memory cgroup_memory=1 swapaccount=1\n`,
    );
    if (withDhcpcd)
      expect(tree.readText('/etc/dhcpcd.conf')).toMatch(/^denyinterfaces veth\* docker\* br-\*\n/);
    expect(JSON.parse(tree.readText('/etc/docker/daemon.json') ?? '')).toEqual({
      'log-driver': 'json-file',
      'log-opts': { 'max-size': '10m', 'max-file': '3' },
    });
    expect(firstBoot).toMatchObject([{ name: 'docker', order: 60, needs: ['network', 'clock', 'apt'] }]);
  });

  it('keeps the memory words behind those of the image, and before what a script cuts off', () => {
    const tree = busterLite();
    const before = 'root=x cgroup_disable=memory cgroup_enable=cpuset rootwait';
    const script = 'systemd.run=/boot/firstrun.sh';
    tree.write('/boot/cmdline.txt', bytesSource(Buffer.from(`${before} ${script}`)));
    applied(docker, {}, tree);
    expect(tree.readText('/boot/cmdline.txt')).toBe(
      `${before} cgroup_enable=memory cgroup_memory=1 swapaccount=1 ${script}`,
    );
  });

  it('does nothing when it is off, and leaves settings that are there', () => {
    expect(applied(docker, { enabled: false }, busterLite()).changed).toEqual({});
    const os = { ...buster, present: [...buster.present, '/etc/docker/daemon.json'] };
    expect(contribute({}, os).edits?.map((edit) => edit.path)).toEqual([
      '/boot/cmdline.txt',
      '/etc/dhcpcd.conf',
    ]);
  });

  it('installs nothing where it is, but still sets it up', () => {
    const groups = [...buster.groups, { name: 'docker', gid: 998, members: [] }];
    const os = { ...buster, packages: { ...buster.packages, 'docker.io': '18.09' }, groups };
    const { firstBoot, edits, advice } = contribute({}, os);
    expect(firstBoot).toEqual([]);
    expect(advice).toEqual([]);
    expect(edits?.find(({ path: name }) => name === '/etc/group')).toMatchObject({
      change: { op: 'set-members', key: 'docker', add: ['pi'] },
    });
  });

  it('is refused where it cannot be, and then left out unasked', () => {
    const i386 = { ...buster, arch: 'other' as const };
    const { apt: _, ...packages } = buster.packages;
    expect(() => contribute({}, i386)).toThrow(/neither armhf nor arm64/);
    expect(() => contribute({}, { ...buster, packages })).toThrow(/no apt/);
    expect(contribute(undefined, i386)).toEqual({});
  });
});

describe('where docker comes from', () => {
  it.each([
    ['Buster', buster, 'raspbian', 'buster', "newest docker-ce '26.1'"],
    ['Bullseye', factsOf(bullseyeLite()), 'raspbian', 'bullseye', "newest docker-ce ''"],
    ['Bookworm', factsOf(bookwormLite()), 'debian', 'bookworm', "newest docker-ce ''"],
    ['Trixie', factsOf(trixieLite()), 'debian', 'trixie', "newest docker-ce ''"],
  ])(
    "on %s is Docker's archive, or the distribution's when that is gone",
    (_, os, distribution, codename, version) => {
      const script = scriptOf({}, os);
      expect(script).toContain(`repository=https://download.docker.com/linux/${distribution}\n`);
      expect(script).toContain(`dists/${codename}/Release`);
      expect(script).toContain(version);
      expect(script).toContain('install_from_distribution\nelif');
      expect(scriptOf({ method: 'apt' }, os)).not.toContain('install_from_distribution');
      expect(script).not.toContain('get.docker.com');
    },
  );

  it('is the distribution for what Docker never built', () => {
    const trixie = armhf(factsOf(trixieLite()));
    const script = scriptOf({}, trixie);
    expect(script).not.toContain('download.docker.com');
    expect(script).toContain('docker.io');
    expect(script).toContain('$(apt_available docker-cli docker-compose)');
    expect(scriptOf({ method: 'distro' }, buster)).toContain('$(apt_available docker-cli )');
    expect(() => contribute({ method: 'apt' }, trixie)).toThrow(/has no packages for/);
    expect(() => contribute({ version: '26.1' }, trixie)).toThrow(/cannot be had/);
    expect(() => contribute({ method: 'apt' }, { ...buster, codename: 'x; reboot' })).toThrow(
      /has no packages/,
    );
  });

  it('is the version that was asked for, and then nothing else', () => {
    const script = scriptOf({ version: '24.0' }, buster);
    expect(script).toContain("newest docker-ce '24.0'");
    expect(script).not.toContain('install_from_distribution');
  });

  it('is static binaries only with a digest, checked before anything of them runs', () => {
    const script = scriptOf(fixed, buster);
    expect(script).toContain('static/stable/armhf/docker-27.5.1.tgz');
    expect(script).toContain(sha256.toLowerCase());
    expect(script.indexOf('sha256sum --check')).toBeLessThan(script.indexOf('tar -xzf'));
    expect(scriptOf(fixed, factsOf(bookwormLite()))).toContain('/aarch64/');
    expect(scriptOf({ ...fixed, static: { ...fixed.static, arch: 'armel' } }, buster)).toContain('/armel/');
    const tree = busterLite();
    expect(applied(docker, fixed, tree).changed['/etc/systemd/system/docker.service']).toBe('+ 0644 0:0');
    expect(tree.readText('/etc/systemd/system/docker.service')).toContain(
      'ExecStart=/usr/local/bin/dockerd\n',
    );
  });

  it('is in the image with method offline, and then needs neither network nor clock', () => {
    const { firstBoot, preloads } = contribute({ method: 'offline' }, buster);
    expect(firstBoot).toMatchObject([{ name: 'docker', order: 60, needs: ['apt'] }]);
    const script = firstBoot?.[0]?.script ?? '';
    expect(script).toContain('-o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts=/dev/null');
    expect(script).toContain('install --no-install-recommends --no-remove "$packages"/*.deb');
    expect(script).toContain('https://download.docker.com/linux/raspbian buster >');
    expect(script).not.toMatch(/apt_update|apt_install|curl/);
    const preload = preloads?.find((one) => one.kind === 'packages');
    expect(preload).toMatchObject({ kind: 'packages', folder: '/var/lib/pi-image/preloaded/docker' });
    expect(preload?.sets).toMatchObject([
      {
        wanted: [
          { name: 'docker-ce', version: '5:26.1' },
          { name: 'docker-ce-cli', version: '5:26.1' },
          { name: 'containerd.io' },
          { name: 'ca-certificates' },
        ],
        ifAvailable: expect.arrayContaining(['docker-compose-plugin']),
        archive: {
          uri: 'https://download.docker.com/linux/raspbian',
          suite: 'buster',
          fingerprint: '9DC858229FC7DD38854AE2D88D81803C0EBFCD88',
        },
      },
      { wanted: [{ name: 'docker.io' }, { name: 'ca-certificates' }] },
    ]);
    expect(contribute({}, buster).preloads).toEqual([]);
  });

  it.each([
    [{ archive: 'distro' }, buster, ['docker.io']],
    [{ archive: 'docker' }, buster, ['docker-ce']],
    [{ version: '24.0' }, buster, ['docker-ce']],
    [{}, armhf(factsOf(trixieLite())), ['docker.io']],
  ])('and %j has packages of its own', (written, os, expected) => {
    const { preloads } = contribute({ method: 'offline', ...written }, os);
    const preload = preloads?.find((one) => one.kind === 'packages');
    expect(preload?.sets.map(({ wanted }) => wanted[0]?.name)).toEqual(expected);
  });

  it.each([
    [{ archive: 'distro' }, /only for method offline/],
    [{ method: 'offline', archive: 'distro', version: '27.5' }, /only from Docker's own archive/],
    [{ method: 'static' }, /digests/],
    [{ method: 'static', static: { version: '27.5.1', sha256: 'ab' } }, /64 hexadecimal/],
    [{ ...fixed, version: '27.5' }, /only from Docker's own archive/],
    [{ method: 'distro', version: '27.5' }, /only from Docker's own archive/],
    [{ version: '27' }, /26\.1/],
    [{ version: "26.1'; reboot" }, /26\.1/],
    [{ method: 'snap' }, /Invalid option/],
    [{ users: ['-x'] }, /user name/],
    [{ 'log-size': '0m' }, /10m/],
  ])('refuses %j', (written, message) => {
    expect(JSON.stringify(docker.schema.safeParse(written).error?.issues)).toMatch(message);
  });
});

describe('who may use docker', () => {
  it('is the login account, under its new name', () => {
    expect(scriptOf({}, buster)).toContain("usermod --append --groups docker 'pi'\n");
    const { firstBoot } = contribution(docker, {}, buster, { settings: { user: { name: 'anna' } } });
    expect(firstBoot?.[0]?.script).toContain("docker 'anna'\n");
  });

  it('is whoever is named, if the image has them', () => {
    expect(scriptOf({ users: ['www-data', 'pi', 'pi'] }, buster).match(/usermod/g)).toHaveLength(2);
    expect(scriptOf({ users: [] }, buster)).not.toContain('usermod');
    expect(() => contribute({ users: ['pii'] }, buster)).toThrow(/no account "pii"/);
    const renamed = { settings: { user: { name: 'anna' } } };
    expect(() => contribution(docker, { users: ['pi'] }, buster, renamed)).toThrow(/no account "pi"/);
    expect(contribution(docker, { users: ['anna'] }, buster, renamed).firstBoot).toHaveLength(1);
  });

  it('is nobody where there is no account yet', () => {
    const { firstUser: _, ...os } = buster;
    expect(ids({}, { ...os, users: [] })).toContain('docker.no-user');
  });
});

describe('what one has to know of docker', () => {
  it.each([
    ['Buster', {}, buster, ['docker.time64', 'docker.armv6']],
    ['static binaries on Buster', fixed, buster, ['docker.static-armv7']],
    ['Bullseye', {}, factsOf(bullseyeLite()), ['docker.armv6']],
    ['64 bits', {}, factsOf(bookwormLite()), []],
    ['static binaries for ARMv6', { ...fixed, static: { ...fixed.static, arch: 'armel' } }, buster, []],
  ])('on %s', (_, written, os, expected) => expect(ids(written, os)).toEqual(expected));
});

describe('the step', () => {
  const directory = temporaryDirectory();
  const all = [buster, factsOf(busterDesktop()), factsOf(trixieLite()), armhf(factsOf(trixieLite()))].flatMap(
    (os) =>
      [{}, { method: 'distro' }, { method: 'offline' }, fixed].map(
        (written) => [`${os.codename} ${os.arch} ${JSON.stringify(written)}`, os, written] as const,
      ),
  );

  it.for(all)('of %s is sound for shellcheck, and plain POSIX for dash', ([, os, written], context) => {
    const steps = contribute(written, os).firstBoot ?? [];
    const file = path.join(mkdtempSync(path.join(directory, 'step-')), 'step');
    const [edit] = firstBootEdits(steps, { os });
    if (edit?.kind !== 'write' || typeof edit.content !== 'string') throw new Error('no step');
    writeFileSync(file, edit.content);
    expect(spawnSync('sh', ['-n', file]).status).toBe(0);
    expect(edit.content).not.toContain('{{#');
    const verdict = judge('shellcheck', ['-s', 'sh', '-e', 'SC1091,SC2154', file]);
    if (!verdict) return context.skip('shellcheck is not installed');
    expect(verdict).toEqual({ status: 0, output: '' });
  });

  const listed = [
    'docker-ce | 5:26.1.4-1~raspbian.10~buster | https://download.docker.com/linux/raspbian buster/stable armhf Packages',
    'docker-ce | 5:26.1.0-1~raspbian.10~buster | x',
    'docker-ce | 5:26.10.0-1~raspbian.10~buster | x',
    'docker-ce | 5:20.10.9~3-0~raspbian-buster | x',
  ];

  it.each([
    ['', '5:26.1.4-1~raspbian.10~buster'],
    ['26.1', '5:26.1.4-1~raspbian.10~buster'],
    ['26.1.0', '5:26.1.0-1~raspbian.10~buster'],
    ['26.10', '5:26.10.0-1~raspbian.10~buster'],
    ['20.10', '5:20.10.9~3-0~raspbian-buster'],
    ['6.1', ''],
    ['27.0', ''],
  ])('finds for the version %j the package %j', (wanted, expected) => {
    const newest = /^newest\(\) \{[\s\S]*?^\}$/m.exec(scriptOf({}, buster))?.[0] ?? '';
    const bin = mkdtempSync(path.join(directory, 'bin-'));
    const stub = `#!/bin/sh\ncat <<'END'\n${listed.join('\n')}\nEND\n`;
    writeFileSync(path.join(bin, 'apt-cache'), stub, { mode: 0o755 });
    const run = spawnSync('sh', ['-euc', `${newest}\nnewest docker-ce '${wanted}'`], {
      encoding: 'utf8',
      env: { PATH: `${bin}:${process.env['PATH']}` },
    });
    expect(run).toMatchObject({ status: 0, stdout: expected === '' ? '' : `${expected}\n` });
  });

  it('is understood by systemd for static binaries', (context) => {
    const tree = busterLite();
    applied(docker, fixed, tree);
    const file = path.join(directory, 'docker.service');
    const text = tree.readText('/etc/systemd/system/docker.service') ?? '';
    writeFileSync(file, text.replaceAll('/usr/local/bin/dockerd', '/bin/true'));
    const verdict = judge('systemd-analyze', ['verify', '--man=no', file]);
    if (!verdict) return context.skip('systemd-analyze is not installed');
    expect(verdict.output.split('\n').filter((line) => line.includes('docker.service'))).toEqual([]);
  });
});

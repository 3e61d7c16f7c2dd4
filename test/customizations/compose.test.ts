import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { render } from '../../src/content/templates.ts';
import { compose } from '../../src/customizations/compose.ts';
import { docker } from '../../src/customizations/docker.ts';
import type { HostDirectory, HostFile, HostInput } from '../../src/model/host-input.ts';
import type { OsFacts } from '../../src/model/os.ts';
import { firstBootEdits } from '../../src/plan/first-boot.ts';
import { judge } from '../fixtures/judge.ts';
import { bookwormLite, bullseyeLite, busterLite, factsOf, osTrees } from '../fixtures/os-trees.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { applied, contribution } from './harness.ts';

const buster = factsOf(busterLite());
const text =
  'version: "3.7"\nservices:\n  web:\n    image: nginx:1.27\n  db:\n    image: redis\n    platform: linux/arm/v7\n';

const hostFile = (name: string, content: string, mode = 0o664): HostFile => {
  const bytes = Buffer.from(content);
  return { kind: 'file', path: `/home/me/My Shop/${name}`, size: bytes.length, mode, bytes };
};
const folder = (entries: HostDirectory['entries']): HostDirectory => ({
  kind: 'directory',
  path: '/home/me/My Shop',
  mode: 0o755,
  entries,
});
const given = (input: HostInput, settings: Readonly<Record<string, unknown>> = {}) => ({
  inputs: { shop: input },
  settings,
});
const contribute = (input: HostInput, os: OsFacts = buster, settings = {}, more = {}) =>
  contribution(compose, [{ file: 'shop', ...more }], os, given(input, settings));
const file = (content = text) => hostFile('compose.yaml', content);

describe('compose', () => {
  it.each(Object.entries(osTrees))('puts the project into %s, and a unit for it', (_name, makeTree) => {
    const tree = makeTree();
    const settings = [{ file: 'shop' }];
    // The second of the tests' services is for 32 bits.
    const input = file(text.replace(/ {4}platform.*\n/, ''));
    expect(applied(compose, settings, tree, given(input)).changed).toEqual({
      '/etc/pi-image': '+ 0755 0:0 directory',
      '/etc/pi-image/compose': '+ 0755 0:0 directory',
      '/etc/pi-image/compose/myshop': '+ 0755 0:0 directory',
      '/etc/pi-image/compose/myshop/compose.yaml': '+ 0644 0:0',
      '/etc/systemd/system/pi-image-compose-myshop.service': '+ 0644 0:0',
      '/usr/lib/pi-image': '+ 0755 0:0 directory',
      '/usr/lib/pi-image/compose': '+ 0755 0:0',
    });
    expect(tree.readText('/etc/pi-image/compose/myshop/compose.yaml')).toBe(input.bytes?.toString());
    expect(tree.readText('/etc/systemd/system/pi-image-compose-myshop.service')).toContain(
      '\nExecStart=/usr/lib/pi-image/compose up myshop compose.yaml\n',
    );
  });

  it('preloads the images of its services, and starts when they are loaded', () => {
    const { firstBoot, preloads } = contribute(file());
    expect(firstBoot).toMatchObject([
      { name: 'load-images', order: 70 },
      { name: 'compose-myshop', title: 'Start the compose project myshop', order: 72, needs: [] },
    ]);
    expect(firstBoot?.[1]?.script).toContain("for image in 'nginx:1.27' 'redis:latest'; do\n");
    expect(preloads).toMatchObject([
      { images: [{ platform: { variant: 'v6' } }, { platform: { variant: 'v7' } }] },
    ]);
  });

  it('takes all of a folder, and hides what holds passwords', () => {
    const tree = busterLite();
    const entries = {
      '.env': hostFile('.env', 'PASSWORD=secret\n'),
      conf: { kind: 'directory', mode: 0o700 },
      'conf/nginx.conf': hostFile('conf/nginx.conf', 'x'),
      'docker-compose.yml': hostFile('docker-compose.yml', `${text}    volumes: ["./conf/:/etc/nginx"]\n`),
      latest: { kind: 'link', target: 'conf' },
      'run.sh': hostFile('run.sh', '#!/bin/sh\n', 0o775),
    } as const;
    const { changed, edits } = applied(
      compose,
      [{ file: 'shop', name: 'shop' }],
      tree,
      given(folder(entries)),
    );
    expect(changed).toMatchObject({
      '/etc/pi-image/compose/shop/.env': '+ 0600 0:0',
      '/etc/pi-image/compose/shop/conf': '+ 0755 0:0 directory',
      '/etc/pi-image/compose/shop/conf/nginx.conf': '+ 0644 0:0',
      '/etc/pi-image/compose/shop/docker-compose.yml': '+ 0644 0:0',
      '/etc/pi-image/compose/shop/latest': '+ -> conf',
      '/etc/pi-image/compose/shop/run.sh': '+ 0755 0:0',
    });
    expect(edits?.filter((edit) => 'sensitive' in edit && edit.sensitive).map((edit) => edit.path)).toEqual([
      '/etc/pi-image/compose/shop/.env',
    ]);
    expect(tree.readText('/etc/systemd/system/pi-image-compose-shop.service')).toContain(
      'stop shop docker-compose.yml\n',
    );
  });

  it('tells services that name a digest which tag their image was loaded by', () => {
    const digest = `sha256:${'ab'.repeat(32)}`;
    const { edits } = contribute(file(text.replace('nginx:1.27', `nginx@${digest}`)));
    const override = edits?.find((edit) => edit.path.endsWith('override.yaml'));
    expect(override).toMatchObject({ content: expect.stringContaining('nginx:sha256-abababababababab') });
    expect(edits?.find((edit) => edit.path.endsWith('.service'))).toMatchObject({
      content: expect.stringContaining('up myshop compose.yaml pi-image.override.yaml\n'),
    });
  });

  it.each<[string, HostInput, RegExp]>([
    [
      'a file that needs another',
      file(`${text}    volumes: ["./conf:/etc/nginx"]\n`),
      /needs \.\/conf, which lies beside it/,
    ],
    ['a folder without one', folder({}), /has no compose file/],
    [
      'a folder that lacks something',
      folder({ 'compose.yaml': file(`${text}    env_file: web.env\n`) }),
      /needs \.\/web\.env, which is not in/,
    ],
    [
      'a folder that needs one above it',
      folder({ 'compose.yaml': file(`${text}    volumes: ["../x:/x"]\n`) }),
      /needs \.\.\/x/,
    ],
    ['something to build', file('services: {web: {build: .}}'), /a fault/],
    ['another platform', file(text.replace('linux/arm/v7', 'linux/amd64')), /a fault/],
    ['64 bits on 32', file(text.replace('linux/arm/v7', 'linux/arm64/v8')), /do not run on this armhf/],
  ])('refuses %s', (_what, input, message) => {
    expect(() => contribute(input)).toThrow(message);
  });

  it('calls a project as it calls itself, and no two alike', () => {
    const named = contribute(file(`name: Corner_Shop\n${text}`));
    expect(named.firstBoot?.[1]?.name).toBe('compose-corner-shop');
    for (const [one, other] of [
      ['myshop', 'myshop'],
      ['my_shop', 'my-shop'],
    ]) {
      const settings = [
        { file: 'shop', name: one },
        { file: 'shop', name: other },
      ];
      expect(() => contribution(compose, settings, buster, given(file()))).toThrow(/are called my.?shop/);
    }
  });
});

describe('the Compose of the Pi', () => {
  const projects = { compose: [{ file: 'shop' }] };
  const scriptOf = (written: unknown, os: OsFacts) =>
    contribution(docker, written, os, { settings: projects }).firstBoot?.[0]?.script ?? '';

  it('comes with Docker', () => {
    expect(scriptOf({}, buster)).toContain('containerd.io ca-certificates docker-compose-plugin \\\n');
    expect(scriptOf({}, buster)).toContain('apt_install docker.io ca-certificates docker-compose $(');
    expect(scriptOf({ method: 'distro' }, buster)).toContain('ca-certificates docker-compose $(');
    const { preloads } = contribution(docker, { method: 'offline' }, buster, { settings: projects });
    expect(preloads).toMatchObject([
      {
        sets: [
          { wanted: expect.arrayContaining([{ name: 'docker-compose-plugin' }]) },
          { wanted: expect.arrayContaining([{ name: 'docker-compose' }]) },
        ],
      },
    ]);
  });

  it.each([
    ['of Buster', buster],
    ['of Bullseye', factsOf(bullseyeLite())],
  ])('%s takes a file without a version for one of 2014', (_what, os) => {
    const plain = file(text.replace(/^version.*\n/, '').replace(/ {4}platform.*\n/, ''));
    expect(() => contribute(plain, os, { docker: { method: 'distro' } })).toThrow(/names no version/);
    expect(contribute(plain, os).firstBoot).toHaveLength(2);
    expect(contribute(file(), os, { docker: { method: 'distro' } }).firstBoot).toHaveLength(2);
    const later = factsOf(bookwormLite());
    expect(contribute(plain, later, { docker: { method: 'distro' } }).firstBoot).toHaveLength(2);
  });

  it('has to be there', () => {
    const fixed = { method: 'static', static: { version: '27.5.1', sha256: 'ab'.repeat(32) } };
    expect(() => contribute(file(), buster, { docker: fixed })).toThrow(/have no Compose with them/);
    expect(() => contribute(file(), buster, { docker: { enabled: false } })).toThrow(/need Docker/);
    const has = (packages: Record<string, string>) => ({
      ...buster,
      packages: { ...buster.packages, ...packages },
    });
    expect(() => contribute(file(), has({ 'docker-ce': '26.1' }))).toThrow(/this image has no Compose/);
    expect(
      contribute(file(), has({ 'docker-ce': '26.1', 'docker-compose-plugin': '2' })).firstBoot,
    ).toHaveLength(2);
  });
});

describe('what runs on the Pi', () => {
  const directory = temporaryDirectory();
  const program = path.join(directory, 'compose');
  writeFileSync(program, render('rootfs/usr/lib/pi-image/compose', { folder: directory }), { mode: 0o755 });

  it('is sound for shellcheck, and plain POSIX for dash', (context) => {
    const step = path.join(directory, 'step');
    for (const edit of firstBootEdits(contribute(file()).firstBoot ?? [], { os: buster })) {
      if (edit.path.endsWith('72-compose-myshop') && edit.kind === 'write')
        writeFileSync(step, String(edit.content));
    }
    for (const one of [program, step]) {
      expect(spawnSync('sh', ['-n', one]).status).toBe(0);
      const verdict = judge('shellcheck', ['-s', 'sh', '-e', 'SC1091,SC2154', one]);
      if (!verdict) return context.skip('shellcheck is not installed');
      expect(verdict).toEqual({ status: 0, output: '' });
    }
  });

  it('is understood by systemd', (context) => {
    const unit = path.join(directory, 'pi-image-compose-shop.service');
    const data = { name: 'shop', program: '/bin/true', files: ['compose.yaml'] };
    writeFileSync(unit, render('rootfs/etc/systemd/system/pi-image-compose.service', data));
    const verdict = judge('systemd-analyze', ['verify', '--man=no', unit]);
    if (!verdict) return context.skip('systemd-analyze is not installed');
    expect(verdict.output.split('\n').filter((line) => /compose-shop\.service:\d/.test(line))).toEqual([]);
  });

  it.each([
    [
      'the plugin',
      'exit 0',
      'docker compose --project-name shop --file a --file b up --detach --no-build --pull never',
    ],
    [
      'docker-compose',
      'exit 1',
      'docker-compose --project-name shop --file a --file b up --detach --no-build',
    ],
  ])('asks %s, and never pulls', (_what, plugin, expected) => {
    const bin = mkdtempSync(path.join(directory, 'bin-'));
    mkdirSync(path.join(directory, 'shop'), { recursive: true });
    const calls = path.join(bin, 'calls');
    for (const name of ['docker', 'docker-compose']) {
      const version = name === 'docker' ? `[ "$2" != version ] || ${plugin}\n` : '';
      writeFileSync(path.join(bin, name), `#!/bin/sh\n${version}echo "${name} $*" >>${calls}\n`);
      chmodSync(path.join(bin, name), 0o755);
    }
    const run = spawnSync('sh', [program, 'up', 'shop', 'a', 'b'], {
      env: { PATH: `${bin}:${process.env['PATH']}` },
    });
    expect(run.status, String(run.stderr)).toBe(0);
    expect(readFileSync(calls, 'utf8')).toBe(`${expected}\n`);
  });
});

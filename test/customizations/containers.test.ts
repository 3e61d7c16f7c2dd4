import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { containers } from '../../src/customizations/containers.ts';
import { firstBootEdits } from '../../src/plan/first-boot.ts';
import { judge } from '../fixtures/judge.ts';
import { bookwormLite, busterLite, factsOf, osTrees } from '../fixtures/os-trees.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { applied, contribution, type Given } from './harness.ts';

const buster = factsOf(busterLite());
const contribute = (written: unknown, given: Given = {}) =>
  contribution(containers, written, given.os ?? buster, given);
const scriptOf = (written: unknown) =>
  contribute([written]).firstBoot?.find(({ name }) => name.startsWith('container-'))?.script ?? '';
const web = {
  image: 'nginx:1.27',
  name: 'web',
  ports: ['8080:80'],
  volumes: ['/srv/www:/usr/share/nginx/html:ro', 'data:/data'],
  devices: ['/dev/ttyUSB0'],
  environment: { TOKEN: "s3cret $HOME '", EMPTY: '=' },
  network: 'host',
  command: ['nginx', '-g', "daemon off; # it's"],
};

describe('containers', () => {
  it.each(Object.entries(osTrees))('change nothing in %s but what is theirs', (_name, makeTree) => {
    const tree = makeTree();
    expect(applied(containers, [{ image: 'nginx' }], tree).changed).toEqual({});
    expect(applied(containers, [web], tree).changed).toEqual({
      '/var/lib/pi-image': '+ 0755 0:0 directory',
      '/var/lib/pi-image/preloaded': '+ 0755 0:0 directory',
      '/var/lib/pi-image/preloaded/environment': '+ 0700 0:0 directory',
      '/var/lib/pi-image/preloaded/environment/web': '+ 0600 0:0',
    });
    expect(tree.readText('/var/lib/pi-image/preloaded/environment/web')).toBe(
      "TOKEN=s3cret $HOME '\nEMPTY==\n",
    );
  });

  it('are loaded once and started one by one, without a network', () => {
    const { firstBoot, preloads } = contribute([{ image: 'ghcr.io/me/app_1:2' }, web]);
    expect(firstBoot).toMatchObject([
      { name: 'load-images', order: 70, needs: [] },
      {
        name: 'container-app-1',
        title: 'Start the container app-1 (ghcr.io/me/app_1:2)',
        order: 71,
        needs: [],
      },
      { name: 'container-web', title: 'Start the container web (nginx:1.27)', needs: [] },
    ]);
    expect(preloads).toEqual([
      {
        kind: 'container-images',
        images: [
          {
            reference: { registry: 'ghcr.io', repository: 'me/app_1', tag: '2' },
            platform: { os: 'linux', architecture: 'arm', variant: 'v6' },
          },
          {
            reference: { registry: 'docker.io', repository: 'library/nginx', tag: '1.27' },
            platform: { os: 'linux', architecture: 'arm', variant: 'v6' },
          },
        ],
      },
    ]);
    expect(contribute([])).toEqual({});
  });

  it('never have a secret in the words of a command or in a step', () => {
    const { edits, firstBoot } = contribute([web]);
    expect(JSON.stringify(firstBoot)).not.toContain('s3cret');
    expect(edits?.at(-1)).toMatchObject({ mode: 0o600, sensitive: true });
    expect(scriptOf(web)).toContain(
      `--env-file "$root"'/var/lib/pi-image/preloaded/environment/web' 'nginx:1.27' 'nginx' '-g' 'daemon off; # it'\\''s'\n`,
    );
    expect(() => contribute([{ ...web, environment: { KEY: 'a\nb' } }])).toThrow(/more than one line/);
  });

  it.each([
    ['armhf of Raspbian runs on a Pi Zero', buster, undefined, { architecture: 'arm', variant: 'v6' }],
    ['who has a later board says so', buster, 'linux/arm/v7', { architecture: 'arm', variant: 'v7' }],
    ['armhf of Debian', { ...buster, id: 'debian' }, undefined, { architecture: 'arm', variant: 'v7' }],
    ['64 bits', factsOf(bookwormLite()), undefined, { architecture: 'arm64' }],
  ] as const)('have images of the right platform: %s', (_what, os, platform, expected) => {
    const { preloads } = contribute([{ image: 'nginx', ...(platform && { platform }) }], { os });
    const [preload] = preloads ?? [];
    expect(preload).toMatchObject({ images: [{ platform: expected }] });
  });

  it('of another platform are refused', () => {
    expect(() => contribute([{ image: 'nginx', platform: 'linux/arm64' }])).toThrow(
      /do not run on this armhf/,
    );
  });

  it('need Docker', () => {
    const off = { settings: { docker: { enabled: false } } };
    expect(() => contribute([web], off)).toThrow(/need Docker/);
    const os = { ...buster, packages: { ...buster.packages, 'docker.io': '18.09' } };
    expect(contribute([web], { ...off, os }).firstBoot).toHaveLength(2);
  });

  it.each([
    [{ image: 'No Such' }, /no name of a container image/],
    [{ image: 'nginx', name: '-x' }, /small letters/],
    [{ image: 'nginx', ports: ['80'] }, /8080:80/],
    [{ image: 'nginx', ports: ['80:80 --privileged'] }, /8080:80/],
    [{ image: 'nginx', volumes: ['relative/x:/y'] }, /name:\/data/],
    [{ image: 'nginx', devices: ['ttyUSB0'] }, /\/dev\/ttyUSB0/],
    [{ image: 'nginx', environment: { 'A B': 'x' } }, /name of a variable/],
    [{ image: 'nginx', privileged: true }, /privileged/],
  ])('refuse %j', (written, message) => {
    expect(JSON.stringify(containers.schema.safeParse([written]).error?.issues)).toMatch(message);
  });

  it('of one name are refused', () => {
    const issues = containers.schema.safeParse([{ image: 'nginx' }, { image: 'me/nginx:2' }]).error?.issues;
    expect(JSON.stringify(issues)).toMatch(/the same name/);
  });
});

describe('the steps', () => {
  const directory = temporaryDirectory();

  it('are sound for shellcheck, and plain POSIX for dash', (context) => {
    const os = buster;
    for (const edit of firstBootEdits(contribute([web, { image: 'nginx' }]).firstBoot ?? [], { os })) {
      if (edit.kind !== 'write' || typeof edit.content !== 'string' || !edit.path.includes('/steps/'))
        continue;
      const file = path.join(mkdtempSync(path.join(directory, 'step-')), 'step');
      writeFileSync(file, edit.content);
      expect(spawnSync('sh', ['-n', file]).status).toBe(0);
      const verdict = judge('shellcheck', ['-s', 'sh', '-e', 'SC1091,SC2154', file]);
      if (!verdict) return context.skip('shellcheck is not installed');
      expect(verdict).toEqual({ status: 0, output: '' });
    }
  });
});

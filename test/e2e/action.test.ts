import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { hasTool } from '../fixtures/judge.ts';
import { environmentFor, releaseApi } from '../fixtures/release-api.ts';
import { webServer } from '../fixtures/web-server.ts';
import { checkOutAction, metadata, runStep, type Step } from './action-runner.ts';
import { type Canary, filesLeftIn, leaksIn } from './canaries.ts';
import { cli } from './cli.ts';

const root = path.resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(tmpdir(), 'pi-image-action-'));
const workspace = path.join(folder, 'workspace');
let repository: string;
beforeAll(() => {
  repository = checkOutAction(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  rmSync(workspace, { recursive: true, force: true });
  mkdirSync(workspace);
});

const step = (one: Step) => runStep(repository, workspace, one);
const put = (name: string, text: string, mode = 0o644) =>
  writeFileSync(path.join(workspace, name), text, { mode });
const sha256 = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

const wifi: Canary = { text: 'wIfI %secret: 1,2"3' };
const login: Canary = { text: 'l0gin-\u00fc-secret' };
const fromConfig: Canary = { text: 'in the config, s3cret' };

/** All that anybody can read afterwards but the lines that tell the runner what to hide. */
const withoutMasks = (stdout: string) =>
  stdout
    .split('\n')
    .filter((line) => !line.startsWith('::add-mask::'))
    .join('\n');

describe('the action', () => {
  it('runs on the Node of the runner, from files of this repository', () => {
    expect(metadata.runs).toEqual({ using: 'node24', main: 'action/main/index.js' });
  });

  it('builds the image that its inputs ask for, and tells later steps and people about it', async () => {
    put('motd', 'hello');
    const result = await step({
      inputs: {
        image: 'demo',
        hostname: 'kitchen',
        wifi: 'Home\nWork | `shop`',
        'wifi-country': 'GB',
        docker: 'none',
        compression: 'gz, none',
        'compression-level': '9',
        files: 'motd:/etc/motd:600',
      },
      env: {
        PI_IMAGE_WIFI_PASSWORD: wifi.text,
        PI_IMAGE_WIFI_PASSWORD_2: 'another secret',
        PI_IMAGE_PASSWORD: login.text,
      },
    });
    expect(result.exitCode, result.stdout + result.stderr).toBe(0);
    const { outputs, summary } = result;
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(metadata.outputs).sort());

    const [raw, packed] = [
      path.join(workspace, 'dist/kitchen.img'),
      path.join(workspace, 'dist/kitchen.img.gz'),
    ];
    expect(outputs).toMatchObject({
      'image-path': raw,
      'image-name': 'kitchen.img',
      'image-size': String(statSync(raw).size),
      'image-sha256': sha256(raw),
      'image-sha256sum': sha256(raw),
      'compressed-path': packed,
      'compressed-size': String(statSync(packed).size),
      'compressed-sha256': sha256(packed),
      'checksums-path': path.join(workspace, 'dist/SHA256SUMS'),
      'bmap-path': `${packed}.bmap`,
      'base-image-name': 'demo',
      'base-image-sha256': sha256(path.join(repository, 'images/demo/demo.img.xz')),
      hostname: 'kitchen',
      plan: '',
    });
    expect(JSON.parse(outputs['artifacts'] ?? '')).toEqual(
      [packed, raw].map((file) => ({
        path: file,
        name: path.basename(file),
        size: statSync(file).size,
        sha256: sha256(file),
      })),
    );
    expect(JSON.parse(outputs['lint-report'] ?? '')).toContainEqual(
      expect.objectContaining({ rule: 'wifi-secrets', level: 'note' }),
    );
    expect(Number(outputs['duration-ms'])).toBeGreaterThan(0);
    const sums = readFileSync(outputs['checksums-path'] ?? '', 'utf8');
    expect(sums).toBe(`${sha256(packed)}  kitchen.img.gz\n${sha256(raw)}  kitchen.img\n`);

    for (const told of [
      'kitchen.img.gz',
      sha256(packed),
      sha256(raw),
      'Raspbian GNU/Linux 10',
      'motd',
      'Writing',
    ])
      expect(summary).toContain(told);

    const cat = async (file: string) => (await cli(['cat', raw, file], { cwd: workspace })).stdout;
    expect(await cat('/etc/hostname')).toBe('kitchen');
    expect(await cat('/etc/motd')).toBe('hello');
    const networks = await cat('/etc/wpa_supplicant/wpa_supplicant.conf');
    expect(networks).toContain('country=GB');
    expect(networks.match(/network=/g)).toHaveLength(2);

    // In both formats it is the same image.
    const diff = await cli(['diff', packed, raw], { cwd: workspace });
    expect([diff.exitCode, diff.stdout], diff.stderr).toEqual([0, '']);
  });

  it('masks secrets before anything else is said, and leaks them nowhere', async () => {
    put('wifi.secret', `${wifi.text}\n`, 0o600);
    put(
      'pi-image.yaml',
      JSON.stringify({
        image: 'demo',
        docker: { enabled: false },
        wifi: { country: 'GB', networks: [{ ssid: 'x', password: { file: 'wifi.secret' } }] },
        vnc: { password: 'vNc%sec:' },
        user: { password: { env: 'OTHER' } },
      }),
      0o600,
    );
    const result = await step({
      inputs: { output: 'out/private.img.xz', verbose: 'true' },
      env: { OTHER: fromConfig.text, PI_IMAGE_NOTIFY_URL: 'https://user:n0tify@example.org/x' },
    });
    expect(result.exitCode, result.stdout + result.stderr).toBe(0);
    const masked = result.stdout.split('\n').filter((line) => line.startsWith('::add-mask::'));
    expect(result.stdout.startsWith('::add-mask::https')).toBe(true);
    expect(masked).toEqual(
      expect.arrayContaining([
        '::add-mask::https://user:n0tify@example.org/x',
        '::add-mask::vNc%25sec:',
        '::add-mask::wIfI %25secret: 1,2"3',
        `::add-mask::${fromConfig.text}`,
      ]),
    );
    const canaries = {
      wifi,
      fromConfig,
      vnc: { text: 'vNc%sec:' },
      notify: { text: 'n0tify@example' },
    };
    const seen = { stdout: withoutMasks(result.stdout), stderr: result.stderr, ...result.files };
    expect(leaksIn(seen, canaries)).toEqual([]);
    const expected = /^(pi-image\.yaml|wifi\.secret|out\/private\.img\.xz)$/;
    const left = await filesLeftIn(workspace, (name) => expected.test(name.split(path.sep).join('/')));
    expect(Object.keys(left)).toContain(path.join('out', 'SHA256SUMS'));
    expect(leaksIn(left, canaries)).toEqual([]);
  }, 300_000);

  it('tells faults of the configuration at their places, and writes nothing', async () => {
    put('pi.yaml', 'image: demo\nwifi:\n  country: UK1\n  networks: []\nhostnam: x\n');
    const result = await step({ inputs: { config: 'pi.yaml' } });
    expect(result.exitCode).toBe(3);
    const errors = result.stdout.split('\n').filter((line) => line.startsWith('::error '));
    expect(errors).toEqual([
      expect.stringMatching(
        /^::error file=pi\.yaml,line=3,col=12,endColumn=15,title=pi-image%3A spec\.invalid::wifi\.country: /,
      ),
      expect.stringMatching(
        /^::error file=pi\.yaml,line=5,col=1,endColumn=8,title=pi-image%3A spec\.invalid::hostnam: there is no setting "hostnam"%0Adid you mean "hostname"\?$/,
      ),
    ]);
    expect(result.outputs).toEqual({});
    expect(() => statSync(path.join(workspace, 'dist'))).toThrow();
  });

  it.each<readonly [string, Step, number, string]>([
    ['no image', {}, 2, 'which base image is meant is not said'],
    [
      'an input that is none',
      { inputs: { image: 'demo', hostnam: 'x' } },
      2,
      'hostnam: there is no such input',
    ],
    ['an image that is none', { inputs: { image: 'dem' } }, 4, 'there is no image called dem'],
    [
      'a network without a password',
      { inputs: { image: 'demo', wifi: 'Home' } },
      3,
      'the secret for wifi.* is not given, and nobody can be asked',
    ],
    [
      'an option in args that is none',
      { inputs: { image: 'demo', args: '--hostnam kitchen' } },
      2,
      "unknown option '--hostnam'",
    ],
    [
      'a secret in args',
      {
        inputs: { image: 'demo', args: `--cmdline ${wifi.text}` },
        env: { PI_IMAGE_WIFI_PASSWORD: wifi.text },
      },
      2,
      'args: --cmdline holds a secret of the environment',
    ],
    [
      'a list for Imager of what is no release',
      { inputs: { image: 'demo', 'release-title': 'Kitchen' } },
      2,
      '--release-title is for a --release',
    ],
    [
      'a level that one of the formats does not have',
      { inputs: { image: 'demo', compression: 'zst, gz', 'compression-level': '15' } },
      2,
      '.img.gz has no compression level 15',
    ],
    [
      'a config that is not there',
      { inputs: { config: 'none.yaml' } },
      3,
      'the configuration file none.yaml does not exist',
    ],
    [
      'a leak in what is for everybody',
      {
        inputs: { image: 'demo', public: 'true', wifi: 'Home', 'wifi-country': 'GB' },
        env: { PI_IMAGE_WIFI_PASSWORD: wifi.text },
      },
      3,
      'the password of a network is in the image',
    ],
    [
      'a release that lint is not to look at',
      { inputs: { image: 'demo', 'release-dir': 'dist', lint: 'off' } },
      2,
      'lint: off contradicts public',
    ],
    [
      'an error that lint finds, where that is to end the build',
      { inputs: { image: 'demo', lint: 'error', docker: 'none', files: 'sudo:/etc/sudoers.d/020_pi:666' } },
      3,
      'sudo refuses to work.*sudoers',
    ],
  ])('fails for %s', async (_what, one, exitCode, message) => {
    put('sudo', 'pi ALL=(ALL) ALL\n');
    const result = await step(one);
    expect([result.exitCode, result.stdout]).toEqual([
      exitCode,
      expect.stringMatching(new RegExp(`^::error title=[^\n]*${message}`, 'm')),
    ]);
    expect(leaksIn({ stdout: withoutMasks(result.stdout), ...result.files }, { wifi })).toEqual([]);
    expect(result.outputs).toEqual({});
  });

  it('plans without building, and takes an empty variable for a secret that is not there', async () => {
    const result = await step({
      inputs: { image: 'demo', hostname: 'kitchen', 'dry-run': 'true' },
      env: { PI_IMAGE_PASSWORD: login.text, PI_IMAGE_VNC_PASSWORD: '', PI_IMAGE_NOTIFY_URL: '' },
    });
    expect(result.exitCode, result.stdout).toBe(0);
    const plan = JSON.parse(result.outputs['plan'] ?? '') as { hostname: string; edits: { path: string }[] };
    expect(plan.hostname).toBe('kitchen');
    expect(plan.edits.map((edit) => edit.path)).toContain('/etc/hostname');
    expect(result.summary).toContain('write /etc/hostname');
    expect(result.outputs).toMatchObject({ 'image-path': '', artifacts: '[]' });
    expect(leaksIn({ stdout: withoutMasks(result.stdout), ...result.files }, { login })).toEqual([]);
    expect(() => statSync(path.join(workspace, 'dist'))).toThrow();
  });

  it('uploads what it built to a release, a draft that it makes, and replaces it by the next build', async () => {
    const api = await releaseApi();
    const inputs = {
      image: 'demo',
      hostname: 'kitchen',
      docker: 'none',
      ssh: 'false',
      vnc: 'false',
      compression: 'none, gz',
      'release-tag': 'v1.0',
      'release-title': 'Kitchen',
      args: '--release-website https://example.org/\n--address=192.168.7.20/24',
      'github-token': api.token,
    };
    const one = await step({
      inputs: { ...inputs, 'compression-level': '1' },
      env: environmentFor(api),
    });
    expect(one.exitCode, one.stdout).toBe(0);
    const [release] = api.releases;
    expect(release).toMatchObject({ tag_name: 'v1.0', draft: true });
    expect(one.outputs).toMatchObject({
      'release-id': String(release?.id),
      'release-url': `https://github.com/cook/kitchen/releases/${release?.id}`,
    });
    expect(one.summary).toContain(`(https://github.com/cook/kitchen/releases/${release?.id})`);
    const dist = path.join(workspace, 'dist/release');
    const stored = () =>
      Object.fromEntries(
        release?.assets.map(({ name, digest }) => [name, digest?.slice('sha256:'.length)]) ?? [],
      );
    const manifest = readFileSync(one.outputs['manifest-path'] ?? '', 'utf8');
    expect(JSON.parse(manifest)).toMatchObject({ build: { compressionLevel: 1 } });
    const sums = one.outputs['checksums-path'] ?? '';
    const listed = readFileSync(sums, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split('  '));
    const inRelease = (name = '') => (name.startsWith('kitchen.') ? name : `kitchen.${name}`);
    expect(stored()).toEqual({
      ...Object.fromEntries(listed.map(([digest, name]) => [inRelease(name), digest])),
      'kitchen.sha256': expect.stringMatching(/^[\da-f]{64}$/),
    });
    expect(Object.keys(stored())).toEqual(
      expect.arrayContaining([
        ...['kitchen.img', 'kitchen.img.gz', 'kitchen.bmap', 'kitchen.manifest.json'],
        'kitchen.rpi-imager.json',
      ]),
    );
    const network = await cli(['cat', path.join(dist, 'kitchen.img'), '/etc/dhcpcd.conf'], {
      cwd: workspace,
    });
    expect(network.stdout).toContain('192.168.7.20/24');
    expect(one.outputs).toMatchObject({
      'image-path': path.join(dist, 'kitchen.img'),
      'image-sha256': sha256(path.join(dist, 'kitchen.img')),
      'bmap-path': path.join(dist, 'kitchen.bmap'),
    });
    for (const output of ['manifest-path', 'sbom-path', 'sbom-spdx-path', 'provenance-path'])
      expect(JSON.parse(readFileSync(one.outputs[output] ?? '', 'utf8'))).toBeTypeOf('object');
    expect(readFileSync(one.outputs['release-notes-path'] ?? '', 'utf8')).toContain('# kitchen');
    const names = (output: string) =>
      (JSON.parse(one.outputs[output] ?? '') as { name: string }[]).map(({ name }) => name);
    expect(names('images')).toEqual(['kitchen.img', 'kitchen.img.gz']);
    expect(names('artifacts').sort()).toEqual(readdirSync(dist).sort());
    // Where GitHub will offer the file, under the name that it has there.
    const list = JSON.parse(readFileSync(one.outputs['rpi-imager-json'] ?? '', 'utf8'));
    expect(list.os_list).toMatchObject([
      {
        url: 'https://github.com/cook/kitchen/releases/download/v1.0/kitchen.img.gz',
        ...{ name: 'Kitchen', website: 'https://example.org/', init_format: 'systemd' },
      },
    ]);

    const before = stored();
    const next = await step({ inputs: { ...inputs, compression: 'none' }, env: environmentFor(api) });
    expect(next.exitCode, next.stdout).toBe(0);
    expect(api.releases).toHaveLength(1);
    expect(stored()['kitchen.img']).toBe(next.outputs['image-sha256']);
    expect(stored()['kitchen.img']).not.toBe(before['kitchen.img']);
    expect(stored()['kitchen.img.gz']).toBe(before['kitchen.img.gz']);
    for (const { stdout, files } of [one, next])
      expect(leaksIn({ stdout: withoutMasks(stdout), ...files }, { token: { text: api.token } })).toEqual([]);
  }, 300_000);

  it('makes the release that its documentation shows', async () => {
    const api = await releaseApi();
    const page = readFileSync(path.join(root, 'docs/github-action.md'), 'utf8');
    const shown = [...page.matchAll(/^```yml\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
    const { jobs } = parse(shown.find((block) => block.includes('release-tag')) ?? '') as {
      jobs: { release: { steps: { uses: string; with?: Record<string, unknown> }[] } };
    };
    const given = jobs.release.steps.find(({ uses }) => uses.startsWith('OWNER/'))?.with ?? {};
    const inputs = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
    put('setup.sh', '#!/bin/sh\ntrue\n');
    const result = await step({
      // The demonstration image has a desktop, which is shared with the password that everybody knows.
      inputs: { ...inputs, image: 'demo', vnc: 'false', 'release-tag': 'v1', 'github-token': api.token },
      env: environmentFor(api),
    });
    expect(result.exitCode, result.stdout).toBe(0);
    expect(api.releases[0]?.assets.map(({ name }) => name)).toContain('demo.img.xz');
  }, 300_000);

  it('uploads neither a leak nor a file that is too large', async () => {
    const api = await releaseApi();
    const inputs = {
      image: 'demo',
      docker: 'none',
      ssh: 'false',
      vnc: 'false',
      compression: 'gz',
      'release-tag': 'v1',
      'github-token': api.token,
    };
    const leaking = await step({
      inputs: { ...inputs, wifi: 'Home', 'wifi-country': 'GB' },
      env: { ...environmentFor(api), PI_IMAGE_WIFI_PASSWORD: wifi.text },
    });
    expect([leaking.exitCode, leaking.stdout]).toEqual([
      3,
      expect.stringContaining('not fit to be published'),
    ]);
    const large = await step({ inputs: { ...inputs, 'max-asset-size': '20000' }, env: environmentFor(api) });
    expect([large.exitCode, large.stdout]).toEqual([
      7,
      expect.stringMatching(/^::error title=pi-image%3A output\.too-large::demo\.img\.gz has /m),
    ]);
    expect(api.releases).toEqual([]);
  }, 300_000);

  it('says under which key a base image is cached, and builds from what the cache brought back', async () => {
    const archive = readFileSync(path.join(repository, 'images/demo/demo.img.xz'));
    const server = await webServer((_request, response) => {
      response.writeHead(200, { 'content-length': archive.length, etag: '"1"' });
      response.end(archive);
    });
    const digest = createHash('sha256').update(archive).digest('hex');
    const url = `${server.url}/base.img.xz`;
    const inputs = { image: url, sha256: digest, docker: 'none', compression: 'gz', 'cache-dir': 'kept' };

    const key = await step({ inputs: { ...inputs, 'only-cache-key': 'true' } });
    expect(key.exitCode, key.stdout).toBe(0);
    const cached = path.join(workspace, 'kept', 'downloads', digest);
    expect(key.outputs).toMatchObject({
      'cache-key': `pi-image-base-${digest}`,
      'cache-path': cached,
      'base-image-sha256': digest,
      'base-image-url': url,
      artifacts: '[]',
    });
    expect(server.requests).toEqual([]);

    expect((await step({ inputs: { ...inputs, cache: 'true' } })).exitCode).toBe(0);
    expect(server.requests).toHaveLength(1);
    // What actions/cache does between two runs of a workflow.
    const away = path.join(folder, 'away');
    renameSync(cached, away);
    rmSync(path.join(workspace, 'kept'), { recursive: true });
    mkdirSync(path.dirname(cached), { recursive: true });
    renameSync(away, cached);
    const again = await step({ inputs: { ...inputs, cache: 'true' } });
    expect(again.exitCode, again.stdout).toBe(0);
    expect(server.requests).toHaveLength(1);

    const none = await step({ inputs: { image: 'demo', 'only-cache-key': 'true' } });
    expect(none.outputs).toMatchObject({ 'cache-key': '', 'cache-path': '' });
  }, 300_000);

  it('leaves nothing behind when the run is cancelled', async () => {
    const result = await step({
      inputs: { image: 'demo', compression: 'none' },
      cancelWhen: (stdout) => stdout.includes('Editing'),
    });
    expect(result).toMatchObject({ exitCode: 130, outputs: {} });
    expect(await filesLeftIn(path.join(workspace, 'dist'), () => false)).toEqual({});
  });

  it.skipIf(!hasTool('xz'))(
    'is reproducible under SOURCE_DATE_EPOCH, and makes what the command line makes',
    async () => {
      const env = { SOURCE_DATE_EPOCH: '1700000000' };
      const inputs = { image: 'demo', hostname: 'same', docker: 'none' };
      const one = await step({ inputs, env });
      expect(one.exitCode, one.stdout).toBe(0);
      const args = ['build', '--image', 'demo', '--hostname', 'same', '--no-docker', '-o', 'cli.img.xz'];
      const other = await cli(args, { cwd: workspace, env });
      expect(other.exitCode, other.stderr).toBe(0);
      expect(sha256(path.join(workspace, 'cli.img.xz'))).toBe(one.outputs['image-sha256']);
    },
  );
});

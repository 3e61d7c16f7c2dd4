import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openFileDevice } from '../../src/image/file-device.ts';
import { openImage } from '../../src/image/open-image.ts';
import { type Manifest, parseManifest } from '../../src/release/manifest.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { cli } from './cli.ts';

const canaries = {
  password: 'Kanarie 9217 login',
  wifi: 'Kanarie 9218 radio',
  vnc: 'Kan-9219',
  token: 'Kanarie-9220-token',
  hidden: 'Kanarie 9221 hidden',
  notify: 'https://example.org/Kanarie-9222',
};
const settings = {
  image: 'demo',
  output: 'kitchen.img.gz',
  hostname: 'kitchen',
  docker: { enabled: false },
  user: { password: { file: 'password' } },
  wifi: { country: 'GB', networks: [{ ssid: 'MyNet', password: { env: 'WIFI' } }] },
  vnc: { password: canaries.vnc },
  'first-boot': { notify: canaries.notify },
  files: [
    { source: 'motd', target: '/etc/motd' },
    { content: canaries.hidden, target: '/etc/hidden', sensitive: true },
  ],
};
const options = [
  ...['--release', 'out', '--formats', 'img,img.gz', '--release-url', 'https://example.org/v1'],
  ...['--release-title', 'Kitchen Pi', '--release-description', 'Cooks.'],
  ...['--release-icon', 'https://example.org/40.png', '--release-website', 'https://example.org/'],
];
const texts = [
  'manifest.json',
  'sbom.cdx.json',
  'sbom.spdx.json',
  'provenance.json',
  'rpi-imager.json',
  'release-notes.md',
];

const cwd = temporaryDirectory();
let manifest: Manifest;
const said: string[] = [];
const run = async (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
  const result = await cli(args, { cwd, env: { WIFI: canaries.wifi, ...env } });
  said.push(result.stdout, result.stderr);
  return result;
};
const read = (name: string): string => readFileSync(path.join(cwd, 'out', name), 'latin1');
const secret = (place: string, text: string): readonly string[] => {
  writeFileSync(path.join(cwd, place), `${text}`, { mode: 0o600 });
  return ['--secret', `${place}=${place}`];
};

beforeAll(async () => {
  writeFileSync(path.join(cwd, 'motd'), 'hello\n');
  writeFileSync(path.join(cwd, 'password'), `${canaries.password}\n`, { mode: 0o600 });
  writeFileSync(path.join(cwd, 'pi-image.yaml'), JSON.stringify(settings), { mode: 0o600 });
  const leaking = await run(['build', ...options]);
  expect([leaking.exitCode, leaking.stderr]).toEqual([3, expect.stringContaining('wifi-secrets')]);
  expect(readdirSync(cwd)).not.toContain('out');
  const built = await run(['build', ...options, '--no-public', '--json']);
  expect(built.exitCode, built.stderr).toBe(0);
  const line = JSON.parse(built.stdout.split('\n').at(-1) ?? '');
  expect(line).toMatchObject({ code: 'result', outcome: 'success', path: path.join(cwd, 'out') });
  expect(line.files.map(({ name }: { name: string }) => name).sort()).toEqual(
    readdirSync(path.join(cwd, 'out')).sort(),
  );
  manifest = parseManifest(read('manifest.json'), 'manifest.json');
}, 300_000);

describe('build --release', () => {
  it('writes the images and all the documents', () => {
    expect(readdirSync(path.join(cwd, 'out')).sort()).toEqual(
      ['kitchen.bmap', 'kitchen.img', 'kitchen.img.gz', 'SHA256SUMS', ...texts].sort(),
    );
    expect(JSON.parse(read('rpi-imager.json')).os_list[0]).toMatchObject({
      url: 'https://example.org/v1/kitchen.img.gz',
      extract_sha256: manifest.image.sha256,
      ...{ init_format: 'systemd', architecture: 'armhf', name: 'Kitchen Pi', description: 'Cooks.' },
      ...{ icon: 'https://example.org/40.png', website: 'https://example.org/' },
      devices: ['pi4-32bit', 'pi3-32bit', 'pi1-32bit'],
    });
    expect(JSON.parse(read('provenance.json')).subject).toHaveLength(3);
    expect(read('release-notes.md')).toContain('/etc/motd');
  });

  it('writes no secret into any document, and says none', () => {
    const places = [
      ...texts.map((name) => [name, read(name)] as const),
      ['what it said', said.join('\n')] as const,
    ];
    for (const [name, text] of places) {
      for (const canary of Object.values(canaries))
        expect([name, text.includes(canary)]).toEqual([name, false]);
    }
    const modes = readdirSync(path.join(cwd, 'out')).map(
      (name) => statSync(path.join(cwd, 'out', name)).mode & 0o077,
    );
    expect(new Set(modes)).toEqual(new Set([0]));
  });

  it('tells no digest of a file with a secret in it', async () => {
    const device = openFileDevice(path.join(cwd, 'out', 'kitchen.img'), { writable: false });
    try {
      const { tree } = await openImage(device, { now: () => new Date() });
      const has = (file: string) => {
        const text = Buffer.from(tree.read(file) ?? []).toString('latin1');
        return Object.values(canaries).some((canary) => text.includes(canary));
      };
      const files = manifest.edits.filter(({ kind }) => kind === 'file');
      const secretOnes = files.filter(({ path: file }) => has(file));
      expect(secretOnes.length).toBeGreaterThan(1);
      for (const edit of secretOnes) expect(edit).toEqual({ ...edit, sensitive: true });
      for (const edit of files.filter(({ sensitive }) => sensitive)) {
        expect(edit).not.toHaveProperty('sha256');
        expect(edit).not.toHaveProperty('size');
      }
    } finally {
      device.close();
    }
  });
});

describe('reproduce', () => {
  const given = () => [
    ...secret('user.password', canaries.password),
    ...secret('wifi.networks.0.password', canaries.wifi),
    ...secret('vnc.password', canaries.vnc),
    ...secret('first-boot.notify', canaries.notify),
    ...secret('files.1.content', canaries.hidden),
  ];

  it('names the secrets that it needs', async () => {
    const { exitCode, stderr } = await run(['reproduce', 'out/manifest.json']);
    expect(exitCode).toBe(3);
    for (const { setting, environment } of manifest.secrets) {
      expect(stderr).toContain(`${setting}: set ${environment}`);
    }
  });

  it('says identical, different, or that only a secret can be another, and leaves nothing', async () => {
    const same = await run(['reproduce', 'out/manifest.json', ...given()]);
    expect([same.exitCode, same.stdout], same.stderr).toEqual([
      0,
      `identical: ${manifest.image.sha256}  kitchen.img`,
    ]);
    const other = [...given(), ...secret('user.password', 'something else')];
    const different = await run(['reproduce', 'out/manifest.json', ...other]);
    expect([different.exitCode, different.stdout]).toEqual([
      1,
      expect.stringMatching(/^different\n[\s\S]*a secret may not be/),
    ]);
    writeFileSync(path.join(cwd, 'motd'), 'other\n');
    const edited = await run(['reproduce', 'out/manifest.json', ...given(), '--json']);
    expect(edited.exitCode).toBe(1);
    expect(JSON.parse(edited.stdout.split('\n').at(-1) ?? '')).toMatchObject({
      ...{ same: false, edits: [{ name: '/etc/motd' }] },
    });
    expect(readdirSync(cwd).filter((name) => name.startsWith('pi-image-'))).toEqual([]);
    for (const canary of Object.values(canaries)) expect(said.join('\n').includes(canary)).toBe(false);
  }, 300_000);

  it('refuses another base, and what is no manifest', async () => {
    const base = { ...manifest.base, sha256: '0'.repeat(64) };
    writeFileSync(path.join(cwd, 'other.json'), JSON.stringify({ ...manifest, base }));
    expect(await run(['reproduce', 'other.json', ...given()])).toMatchObject({ exitCode: 5 });
    const away = { ...manifest, settings: { ...manifest.settings, image: 'away.img.xz' } };
    writeFileSync(path.join(cwd, 'away.json'), JSON.stringify(away));
    expect(await run(['reproduce', 'away.json', ...given()])).toMatchObject({
      exitCode: 4,
      stderr: expect.stringMatching(/away\.img\.xz does not exist\nhelp: .*--directory/),
    });
    expect(await run(['reproduce', 'pi-image.yaml'])).toMatchObject({ exitCode: 3 });
    expect(await run(['reproduce', 'none.json'])).toMatchObject({ exitCode: 3 });
  });
});

describe('options of a release', () => {
  it.each([
    ['--formats', 'zip'],
    ['--release-url', 'https://example.org/'],
    ['--release', 'x', '--output', 'a/b.img'],
    ['--release', 'x', '--formats', 'rar'],
    ['--release', 'x', '--release-url', 'ftp://example.org'],
    ['--release', 'x', '--release-title', 'Mine'],
    ['--release-icon', 'https://example.org/a.png'],
    ['--release', 'x', '--release-url', 'https://me:secret@example.org/v1'],
    ['--release', 'x', '--release-url', 'https://example.org', '--release-website', 'example.org'],
    ['--release', 'x', '--release-url', 'https://example.org', '--release-devices', 'pi4'],
  ])('%s %s %s %s %s %s is refused', async (...args) => {
    const { exitCode, stderr } = await run(['build', ...args.filter((word) => word !== undefined)]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('error[')]);
  });
});

import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { vncPassword, wpaPsk } from '../../src/content/credentials.ts';
import { openFileDevice } from '../../src/image/file-device.ts';
import { openImage } from '../../src/image/open-image.ts';
import { type Manifest, parseManifest } from '../../src/release/manifest.ts';
import { CommandLines, showsProcesses } from '../fixtures/command-lines.ts';
import { makeImage } from '../fixtures/container-image.ts';
import { DockerRegistry, hasRegistry } from '../fixtures/docker-registry.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { type Canary, filesLeftIn, leaksIn } from './canaries.ts';
import { cli } from './cli.ts';

const canaries = {
  password: { text: 'Kanarie 9217 login' },
  wifi: {
    text: 'Kanarie 9218 radio',
    derived: [wpaPsk('Kanarie 9218 radio', Buffer.from('MyNet'))],
  },
  vnc: { text: 'Kan-9219', derived: [vncPassword('Kan-9219')] },
  hidden: { text: 'Kanarie 9221 hidden' },
  notify: { text: 'https://example.org/Kanarie-9222' },
  container: { text: "Kanarie $token 'x' 9220" },
  /** Of the registry, as bcrypt below. */
  registry: { text: 'correct horse' },
} satisfies Record<string, Canary>;
const registryUser = 'me:$2b$04$gStUxjqqFHPiG.uNXOJdxuvJUt4iz4vbSV6GuTvjsqbysFq/BTfVi\n';
const settings = (registry: string | undefined) => ({
  image: 'demo',
  output: 'kitchen.img.gz',
  hostname: 'kitchen',
  ...(registry === undefined
    ? { docker: { enabled: false } }
    : { containers: [{ image: `${registry}/app:1`, environment: { TOKEN: canaries.container.text } }] }),
  user: { password: { file: 'password' } },
  wifi: { country: 'GB', networks: [{ ssid: 'MyNet', password: { env: 'WIFI' } }] },
  vnc: { password: canaries.vnc.text },
  'first-boot': { notify: canaries.notify.text },
  files: [
    { source: 'motd', target: '/etc/motd' },
    { content: canaries.hidden.text, target: '/etc/hidden', sensitive: true },
  ],
});
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
const commandLines = new Set<string>();
/** What the test itself puts there, images, and copies of them, which hold what they must. */
const isExpected = (name: string): boolean =>
  /^(registry|\.docker)\/|^(pi-image\.yaml|password|motd)$|^given\/|\.img(\.gz)?$/.test(
    name.replaceAll('\\', '/'),
  );
/** Runs the program while looking at its processes; nothing that it says or leaves behind may hold a secret. */
const run = async (args: readonly string[], env: NodeJS.ProcessEnv = {}) => {
  let watch: CommandLines | undefined;
  const result = await cli(args, {
    ...{ cwd, env: { WIFI: canaries.wifi.text, ...env } },
    onStart: ({ pid }) => {
      if (pid !== undefined) watch = new CommandLines(pid);
    },
  });
  watch?.stop();
  for (const line of watch?.seen ?? []) commandLines.add(line);
  const { stdout, stderr } = result;
  const left = await filesLeftIn(cwd, isExpected);
  expect(leaksIn({ stdout, stderr, processes: [...commandLines].join('\n'), ...left }, canaries)).toEqual([]);
  return result;
};
const read = (name: string): string => readFileSync(path.join(cwd, 'out', name), 'latin1');
const secret = (place: string, text: string): readonly string[] => {
  writeFileSync(path.join(cwd, 'given', place), `${text}`, { mode: 0o600 });
  return ['--secret', `${place}=given/${place}`];
};

/** A registry that wants a password, which docker's own settings have. */
async function closedRegistry(): Promise<string> {
  const folder = path.join(cwd, 'registry');
  writeFileSync(path.join(folder, 'users'), registryUser);
  const credentials = Buffer.from(`me:${canaries.registry.text}`).toString('base64');
  const registry = await DockerRegistry.start(folder, {
    auth: `{htpasswd: {realm: test, path: ${folder}/users}}`,
    authorization: `Basic ${credentials}`,
  });
  const config = JSON.stringify({ auths: { [registry.host]: { auth: credentials } } });
  writeFileSync(path.join(cwd, '.docker/config.json'), config, { mode: 0o600 });
  await registry.push('app', '1', await makeImage({ a: 'b' }, { architecture: 'arm', variant: 'v6' }));
  return registry.host;
}

beforeAll(async () => {
  writeFileSync(path.join(cwd, 'motd'), 'hello\n');
  for (const folder of ['given', 'registry', '.docker']) mkdirSync(path.join(cwd, folder));
  writeFileSync(path.join(cwd, 'password'), `${canaries.password.text}\n`, { mode: 0o600 });
  const content = JSON.stringify(settings(hasRegistry ? await closedRegistry() : undefined));
  writeFileSync(path.join(cwd, 'pi-image.yaml'), content, { mode: 0o600 });
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

  it('writes no secret into any document, and lets nobody else read the files', () => {
    const documents = Object.fromEntries(texts.map((name) => [name, read(name)]));
    expect(leaksIn(documents, canaries)).toEqual([]);
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
        return leaksIn({ file: Buffer.from(tree.read(file) ?? []) }, canaries).length > 0;
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
    ...secret('user.password', canaries.password.text),
    ...secret('wifi.networks.0.password', canaries.wifi.text),
    ...secret('vnc.password', canaries.vnc.text),
    ...secret('first-boot.notify', canaries.notify.text),
    ...(hasRegistry ? secret('containers.0.environment.TOKEN', canaries.container.text) : []),
    ...secret('files.1.content', canaries.hidden.text),
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

describe('a registry that wants a password', () => {
  it.skipIf(!hasRegistry)('gave the image, by its containers, and no password', async () => {
    const paths = manifest.edits.map(({ path: edited }) => edited);
    expect(paths).toContainEqual(expect.stringMatching(/^\/var\/lib\/pi-image\/preloaded\/.*app/));
    const config = path.join(cwd, '.docker/config.json');
    const wrong = Buffer.from('me:Kanarie-wrong').toString('base64');
    writeFileSync(config, readFileSync(config, 'utf8').replace(/"auth":"[^"]*"/, `"auth":"${wrong}"`));
    const refused = await run([
      'build',
      '--no-public',
      '--overwrite',
      '-o',
      'x.img',
      '--cache-dir',
      'empty',
      '--json',
    ]);
    expect([refused.exitCode, refused.stdout]).toEqual([4, expect.stringContaining('docker login')]);
    const { stdout, stderr } = refused;
    expect(leaksIn({ stdout, stderr }, { wrong: { text: 'Kanarie-wrong' } })).toEqual([]);
  });

  it.skipIf(!showsProcesses)('was asked by no process with a secret in its command line', () => {
    expect([...commandLines].join('\n')).toContain('main.js build --release out');
  });
});

describe('options of a release', () => {
  it.each([
    ['--formats', 'zip'],
    ['--compression-level', 'best'],
    ['--lint', 'never'],
    ['--release', 'x', '--lint', 'off'],
    ['--release', 'x', '--formats', 'zip', '--compression-level', '0'],
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

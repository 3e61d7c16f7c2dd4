import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasTool } from '../fixtures/judge.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

const root = path.resolve(import.meta.dirname, '../..');
const largest = 3_000_000;

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

/** What the package is made of: compiled code, its types, data that the code reads, and papers. */
const wanted = [
  /^dist\/.*\.(js|d\.ts)$/,
  /^images\/([\w-]+\.json|demo\/(demo\.img\.xz|README\.md))$/,
  /^templates\/rootfs\/.*\.hbs$/,
  /^(man\/pi-image\.1|(manifest\.)?schema\.json|package\.json|README\.md|CHANGELOG\.md|LICENSE)$/,
];
const essential = [
  'dist/cli/main.js',
  'dist/index.js',
  'dist/index.d.ts',
  'dist/image/index.d.ts',
  'dist/shared/copy-worker.js',
  'dist/shared/decode-worker.js',
  'dist/shared/fleet-worker.js',
  'dist/shared/replay-worker.js',
  'images/demo/demo.img.xz',
  'man/pi-image.1',
  'schema.json',
  'manifest.schema.json',
  'LICENSE',
];

describe('the npm package', () => {
  const folder = temporaryDirectory();
  let packed: Packed;

  beforeAll(async () => {
    // The program is built already; other tests use it at this moment.
    const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
    const { stdout } = await execa('npm', args, { cwd: root });
    [packed] = JSON.parse(stdout) as [Packed];
  }, 120_000);

  it('holds what it needs, nothing else, and is small', () => {
    const names = packed.files.map((file) => file.path);
    expect(names.filter((name) => !wanted.some((pattern) => pattern.test(name)))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(essential));
    expect(packed.size).toBeLessThan(largest);
  });

  it('works by npx in an empty folder, as a library, and brings its manual page', async ({ skip }) => {
    const empty = path.join(folder, 'empty');
    mkdirSync(empty);
    const prefix = path.join(folder, 'prefix');
    const tarball = path.join(folder, packed.filename);
    const npm = (...args: string[]) =>
      execa('npm', [...args, '--prefer-offline', '--no-audit', '--no-fund'], { cwd: empty, reject: false });
    const installed = await npm('install', tarball);
    if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH/.test(installed.stderr))
      skip('npm cannot reach a registry for the dependencies');
    expect(installed.exitCode, installed.stderr).toBe(0);

    const env = { PI_IMAGE_CACHE_DIR: path.join(folder, 'cache'), CI: '1' };
    const run = (command: string, ...args: string[]) => execa(command, args, { cwd: empty, env });
    const build = [
      'build',
      '--image',
      'demo',
      '--hostname',
      'kitchen',
      '--no-docker',
      '-o',
      'kitchen.img.xz',
    ];
    expect((await run('npx', '--no-install', 'pi-image', ...build)).stdout).toBe('kitchen.img.xz');
    const hostname = await run('npx', '--no-install', 'pi-image', 'cat', 'kitchen.img.xz', '/etc/hostname');
    expect(hostname.stdout).toBe('kitchen');

    const script = `
      import { listImages } from 'pi-image';
      import { openImage } from 'pi-image/image';
      import schema from 'pi-image/schema.json' with { type: 'json' };
      console.log((await listImages()).length > 50, typeof openImage, schema.title);`;
    const library = await run('node', '--no-warnings', '--input-type=module', '--eval', script);
    expect(library.stdout).toBe('true function pi-image.yaml');

    expect(await npm('install', '--global', '--prefix', prefix, tarball)).toMatchObject({ exitCode: 0 });
    const page = path.join(prefix, 'share', 'man', 'man1', 'pi-image.1');
    expect(existsSync(page) || process.platform === 'win32').toBe(true);
  }, 300_000);

  it.skipIf(!hasTool('man'))('has a manual page that man has nothing to say against', async () => {
    const page = path.join(root, 'man', 'pi-image.1');
    const { stdout, stderr } = await execa('man', ['--warnings', '-l', page], {
      env: { MANWIDTH: '100', LC_ALL: 'C.UTF-8' },
      cwd: tmpdir(),
    });
    expect(stderr).toBe('');
    expect(stdout).toContain('--wifi-password-file <file>');
    expect(readFileSync(page, 'utf8')).toContain('.SH EXIT STATUS');
  });
});

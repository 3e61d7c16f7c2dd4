import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { rawDemo } from '../fixtures/demo.ts';
import { type BrokenImages, makeBrokenImages } from './broken-images.ts';
import { cli, workFolder } from './cli.ts';

/** A command line, and what must come of it: the exit code and a word of the one error. */
interface BadInput {
  readonly what: string;
  readonly args: readonly string[];
  readonly exit: number;
  readonly says: RegExp;
  readonly config?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
}

const demo = ['build', '--image', 'demo', '--no-docker', '--no-vnc'];
const password = { PI_IMAGE_WIFI_PASSWORD: 'correct horse' };

const usage: readonly BadInput[] = [
  { what: 'a command that is none', args: ['biuld'], exit: 2, says: /biuld.*build/s },
  { what: 'an option that is none', args: ['build', '--wfi', 'x'], exit: 2, says: /--wfi.*--wifi/s },
  { what: 'an option without its value', args: ['build', '--wifi'], exit: 2, says: /--wifi/ },
  {
    what: 'a password on the command line',
    args: [...demo, '--wifi-password', 'correct horse'],
    exit: 2,
    says: /--wifi-password/,
  },
  {
    what: 'a Docker method that is none',
    args: ['build', '--docker-method', 'snap'],
    exit: 2,
    says: /apt, static, distro/,
  },
  {
    what: 'two configuration files',
    args: ['build', 'a.yaml', 'b.yaml'],
    exit: 2,
    says: /too many arguments/,
  },
  { what: 'a file without a target', args: [...demo, '--file', 'motd'], exit: 2, says: /SRC:DST/ },
  {
    what: 'a config.txt setting without a value',
    args: [...demo, '--config-txt', 'gpu_mem'],
    exit: 2,
    says: /KEY=VALUE/,
  },
  {
    what: 'more password files than networks',
    args: [...demo, '--wifi', 'x', '--wifi-password-file', 'a', '--wifi-password-file', 'b'],
    exit: 2,
    says: /more --wifi-password-file/,
  },
  {
    what: 'one password for two networks',
    args: [...demo, '--wifi', 'x', '--wifi', 'y'],
    env: password,
    exit: 3,
    says: /PI_IMAGE_WIFI_PASSWORD_2.*--wifi-password-file/,
  },
  {
    what: 'a build time that is none',
    args: demo,
    env: { SOURCE_DATE_EPOCH: 'yesterday' },
    exit: 2,
    says: /SOURCE_DATE_EPOCH/,
  },
  { what: 'a shell that is none', args: ['completion', 'fihs'], exit: 2, says: /did you mean fish/ },
  { what: 'ls of nothing', args: ['ls'], exit: 2, says: /missing required argument/ },
  { what: 'a verb of cache that is none', args: ['cache', 'empty'], exit: 2, says: /empty/ },
];

const configuration: readonly BadInput[] = [
  {
    what: 'a configuration file that is not there',
    args: ['build', 'nope.yaml'],
    exit: 3,
    says: /nope\.yaml does not exist/,
  },
  {
    what: 'broken YAML',
    args: ['build'],
    config: 'image: [demo\nwifi: }\n',
    exit: 3,
    says: /pi-image\.yaml:\d+:\d+/,
  },
  {
    what: 'a key twice',
    args: ['build'],
    config: 'image: demo\nimage: demo\n',
    exit: 3,
    says: /pi-image\.yaml:2:1/,
  },
  {
    what: 'an unknown key',
    args: ['build'],
    config: 'image: demo\nhostnam: x\n',
    exit: 3,
    says: /did you mean "hostname"/,
  },
  { what: 'a list for a configuration', args: ['build'], config: '- image\n', exit: 3, says: /object/ },
  {
    what: 'a country that is none',
    args: ['build'],
    config: 'image: demo\nwifi:\n  country: uk\n  networks: []\n',
    exit: 3,
    says: /GB/,
  },
  {
    what: 'a host name with an underscore',
    args: [...demo, '--hostname', 'my_pi'],
    exit: 3,
    says: /hostname/,
  },
  {
    what: 'an SSID of 33 bytes',
    args: [...demo, '--wifi', 'x'.repeat(33)],
    env: password,
    exit: 3,
    says: /32/,
  },
  {
    what: 'a password of 7 characters',
    args: [...demo, '--wifi', 'x'],
    env: { PI_IMAGE_WIFI_PASSWORD: 'short12' },
    exit: 3,
    says: /8/,
  },
  {
    what: 'no password and nobody to ask',
    args: [...demo, '--wifi', 'x'],
    exit: 3,
    says: /PI_IMAGE_WIFI_PASSWORD/,
  },
  {
    what: 'no input wanted',
    args: [...demo, '--wifi', 'x', '--no-input'],
    exit: 3,
    says: /nobody can be asked/,
  },
  {
    what: 'an empty password',
    args: [...demo, '--wifi', 'x', '--wifi-password-file', '-'],
    input: '\n',
    exit: 3,
    says: /secret|line/,
  },
  {
    what: 'a password file that is not there',
    args: [...demo, '--wifi', 'x', '--wifi-password-file', 'nope'],
    exit: 3,
    says: /nope/,
  },
  {
    what: 'a variable that is not set',
    args: ['build'],
    config: 'image: demo\nuser:\n  password: { env: NOPE }\n',
    exit: 3,
    says: /NOPE/,
  },
  { what: 'the user root', args: [...demo, '--user', 'root'], exit: 3, says: /user/ },
  { what: 'a user name with capitals', args: [...demo, '--user', 'Cook'], exit: 3, says: /small letters/ },
  {
    what: 'a mode with a 9',
    args: ['build'],
    config: 'image: demo\nfiles:\n  - { content: x, target: /x, mode: "0999" }\n',
    exit: 3,
    says: /octal/,
  },
  {
    what: 'a file that is not there',
    args: [...demo, '--file', 'nope:/etc/nope'],
    exit: 3,
    says: /nope.*does not exist/,
  },
  {
    what: 'a target that climbs',
    args: ['build'],
    config: 'image: demo\nfiles:\n  - { content: x, target: /etc/../x }\n',
    exit: 3,
    says: /"\.\."/,
  },
  {
    what: 'an owner that the image has not',
    args: ['build'],
    config: 'image: demo\nfiles:\n  - { content: x, target: /x, owner: "nobody-here:root" }\n',
    exit: 3,
    says: /nobody-here/,
  },
  {
    what: 'a time zone that is none',
    args: [...demo, '--timezone', 'Europe/Berln'],
    exit: 3,
    says: /Europe\/Berlin/,
  },
  {
    what: 'a private key',
    args: [...demo, '--ssh-key', 'id'],
    files: { id: '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n' },
    exit: 3,
    says: /private/i,
  },
  {
    what: 'a key that is none',
    args: [...demo, '--ssh-key', 'id'],
    files: { id: 'hello\n' },
    exit: 3,
    says: /key/,
  },
  {
    what: 'a key file that is not there',
    args: [...demo, '--ssh-key', 'nope.pub'],
    exit: 3,
    says: /nope\.pub/,
  },
  {
    what: 'a script that is not there',
    args: [...demo, '--first-boot', 'nope.sh'],
    exit: 3,
    says: /nope\.sh/,
  },
  { what: 'a package name with a space', args: [...demo, '--package', 'a b'], exit: 3, says: /package/ },
  { what: 'a kernel word with a line end', args: [...demo, '--cmdline', 'a\nb'], exit: 3, says: /cmdline/ },
  {
    what: 'a resolution that is none',
    args: ['build', '--image', 'demo', '--vnc-resolution', 'big'],
    exit: 3,
    says: /1920x1080/,
  },
  { what: 'a size without a unit', args: [...demo, '--size', '4'], exit: 3, says: /512M or 4G/ },
  { what: 'a size that is too small', args: [...demo, '--size', '50M'], exit: 3, says: /at least 108M/ },
  { what: 'two sizes', args: [...demo, '--size', '4G', '--grow', '1G'], exit: 3, says: /one of them/ },
  { what: 'a digest that is none', args: [...demo, '--sha256', 'abc'], exit: 3, says: /64/ },
];

const source: readonly BadInput[] = [
  {
    what: 'an image name that is none',
    args: ['build', '--image', 'raspbian-bster'],
    exit: 4,
    says: /raspbian-buster/,
  },
  {
    what: 'an image file that is not there',
    args: ['build', '--image', './nope.img'],
    exit: 4,
    says: /nope\.img/,
  },
  {
    what: 'a folder for an image',
    args: ['build', '--image', './folder.img', '-o', 'out.img'],
    exit: 4,
    says: /folder/,
  },
  {
    what: 'http without s',
    args: ['build', '--image', 'http://example.org/a.img', '--sha256', 'ab'.repeat(32)],
    exit: 4,
    says: /https/,
  },
  {
    what: 'a URL without a digest',
    args: ['build', '--image', 'https://example.org/a.img'],
    exit: 4,
    says: /sha256/,
  },
  {
    what: 'a download while offline',
    args: ['build', '--image', 'raspbian-buster-lite', '--offline', '--no-vnc'],
    exit: 4,
    says: /offline/,
  },
  {
    what: 'a server that is not there',
    args: ['build', '--image', 'http://127.0.0.1:9/a.img', '--sha256', 'ab'.repeat(32)],
    exit: 4,
    says: /127\.0\.0\.1:9/,
  },
  {
    what: 'an image that is not what its digest says',
    args: ['build', '--image', './raw.img', '--sha256', 'ab'.repeat(32), '--no-docker', '-o', 'out.img'],
    exit: 5,
    says: /abab/,
  },
];

const output: readonly BadInput[] = [
  {
    what: 'an output that exists',
    args: [...demo, '-o', 'there.img'],
    files: { 'there.img': 'mine' },
    exit: 7,
    says: /--overwrite/,
  },
  {
    what: 'an output in a folder that is not there',
    args: [...demo, '-o', 'nope/out.img'],
    exit: 7,
    says: /nope/,
  },
  { what: 'a folder for an output', args: [...demo, '-o', 'folder.img'], exit: 7, says: /folder\.img/ },
  { what: 'an ending that is none', args: [...demo, '-o', 'out.rar'], exit: 2, says: /\.img\.xz/ },
  {
    what: 'the base as output',
    args: ['build', '--image', './raw.img', '-o', 'raw.img', '--overwrite', '--no-docker'],
    exit: 7,
    says: /base/,
  },
];

const damaged: Readonly<Record<string, RegExp>> = {
  'empty.img': /empty|partition table/,
  'page.img': /web page/,
  'noise.img': /partition table/,
  'cut.img': /ends at \d+, but the image has only/,
  'cut.img.xz': /cut|truncated|damaged|end/i,
  'bent.img.xz': /damaged|corrupt|check/i,
  'two.zip': /two\.zip|two|more than one/i,
  'none.zip': /no image|empty|zip/i,
  'cut.zip': /zip/i,
  'journal.img': /journal/,
  'unclean.img': /clean/,
  'feature.img': /feature|not supported/,
  'magic.img': /superblock|file system|ext4/,
};

let broken: BrokenImages;

beforeAll(async () => {
  broken = await makeBrokenImages();
}, 120_000);
afterAll(() => broken.remove());

const digest = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

async function expectFailure(one: BadInput, { onTestFinished }: TestContext): Promise<void> {
  const cwd = await workFolder(onTestFinished);
  await mkdir(path.join(cwd, 'folder.img'));
  if (one.args.includes('./raw.img')) await writeFile(path.join(cwd, 'raw.img'), await rawDemo());
  if (one.config !== undefined) await writeFile(path.join(cwd, 'pi-image.yaml'), one.config);
  for (const [name, text] of Object.entries(one.files ?? {})) await writeFile(path.join(cwd, name), text);
  const before = (await readdir(cwd)).sort();

  const result = await cli(one.args, { cwd, env: one.env ?? {}, input: one.input ?? '' });
  expect(result.stderr, one.what).toMatch(one.says);
  expect(result.exitCode, `${one.what}\n${result.stderr}`).toBe(one.exit);
  expect(String(result.stderr).match(/^error\[/gm), one.what).toHaveLength(1);
  expect(result.stdout, one.what).toBe('');
  expect((await readdir(cwd)).filter((name) => name !== 'cache').sort(), 'no output, no leftovers').toEqual(
    before,
  );
}

describe('bad input ends with one clear error, the right exit code, and no output', () => {
  it.concurrent.for(
    [...usage, ...configuration, ...source, ...output].map((one) => [one.what, one] as const),
  )('%s', async ([, one], context) => {
    await expectFailure(one, context);
  });
});

describe('a damaged or foreign image is refused with exit 6 and stays as it is', () => {
  it.concurrent.for(Object.entries(damaged))('%s', async ([name, says], { onTestFinished }) => {
    const cwd = await workFolder(onTestFinished);
    const image = path.join(broken.folder, name);
    const before = await digest(image);
    const result = await cli(['build', '--image', image, '--no-docker', '-o', 'out.img'], { cwd });
    expect(result.stderr).toMatch(says);
    expect(result.exitCode, String(result.stderr)).toBe(6);
    expect(String(result.stderr).match(/^error\[/gm)).toHaveLength(1);
    expect((await readdir(cwd)).filter((one) => one !== 'cache')).toEqual([]);
    expect(await digest(image)).toBe(before);
  });
});

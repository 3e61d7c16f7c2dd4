import { writeFileSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { wpaPsk } from '../../src/content/credentials.ts';
import { recipePath } from '../../src/plan/recipe.ts';
import { hasTool } from '../fixtures/judge.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { leaksIn } from './canaries.ts';
import { cli } from './cli.ts';

const cwd = temporaryDirectory();
const secret = 'Kanarie wifi 9217';
const canaries = { wifi: { text: secret, derived: [wpaPsk(secret, Buffer.from('Home'))] } };
const env = { SOURCE_DATE_EPOCH: '1700000000', PI_IMAGE_WIFI_PASSWORD: secret, LANG: 'C.UTF-8' };
/** As a workflow publishes it: without any secret. */
const published = hasTool('xz') ? 'published.img.xz' : 'published.img.gz';
const last = (stdout: string): Record<string, unknown> => JSON.parse(stdout.trim().split('\n').at(-1) ?? '');

async function run(args: readonly string[]) {
  const result = await cli(args, { cwd, env });
  const { stdout, stderr } = result;
  expect(leaksIn({ stdout, stderr }, canaries)).toEqual([]);
  return result;
}

beforeAll(async () => {
  writeFileSync(
    path.join(cwd, 'pi-image.yaml'),
    'image: demo\nhostname: station\nssh: { enabled: false }\nvnc: { enabled: false }\nwifi: { country: GB }\npackages: [vim]\n',
  );
  const { exitCode, stderr } = await cli(['build', '--public', '-o', published], { cwd });
  expect(exitCode, stderr).toBe(0);
}, 120_000);

describe('pi-image personalize', () => {
  it('adds Wi-Fi to a published image: nothing else is different, and it is sound', async () => {
    const made = await run(['personalize', published, '--wifi', 'Home', '-o', 'mine.img', '--json']);
    expect([made.exitCode, last(made.stdout)]).toMatchObject([0, { outcome: 'success' }]);
    if (process.platform !== 'win32')
      expect((await stat(path.join(cwd, 'mine.img'))).mode & 0o777).toBe(0o600);

    const diff = await run(['diff', published, 'mine.img', '--json']);
    const paths = diff.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ code }) => code === 'difference')
      .map((difference) => difference.path);
    expect(paths).toEqual(['/etc/wpa_supplicant/wpa_supplicant.conf', recipePath]);

    const wifi = await cli(['cat', 'mine.img', '/etc/wpa_supplicant/wpa_supplicant.conf'], { cwd });
    expect(wifi.stdout).toMatch(/country=GB\n[\s\S]*ssid="Home"/);
    expect(leaksIn({ image: wifi.stdout }, canaries)).not.toEqual([]);
    expect((await run(['verify', 'mine.img'])).exitCode).toBe(0);
    const lint = await run(['lint', 'mine.img', '--json']);
    expect([lint.exitCode, last(lint.stdout)]).toMatchObject([0, { error: 0 }]);
    expect((await run(['lint', 'mine.img', '--public'])).stdout).toContain('wifi-secrets');
    const steps = await run(['ls', 'mine.img', '/usr/lib/pi-image/steps']);
    expect(steps.stdout).toMatch(/50-packages[\s\S]*60-docker/);
  });

  it('says in the recipe that and how it was personalized', async () => {
    const { stdout } = await run(['explain', 'mine.img']);
    expect(stdout).toMatch(/^Built by pi-image [\s\S]*\n\nPersonalized by pi-image .*\nfrom {7}published \(/);
    expect(stdout).not.toMatch(/Personalized[\s\S]*hostname/);
  });

  it('writes compressed images too, out of compressed ones, and the same twice', async () => {
    for (const name of ['a', 'b'])
      expect(
        (await run(['personalize', published, '--wifi', 'Home', '-o', `${name}.img.gz`, '-q'])).exitCode,
      ).toBe(0);
    const [a, b] = await Promise.all(['a', 'b'].map((name) => readFile(path.join(cwd, `${name}.img.gz`))));
    // An archive holds the name of the image inside.
    expect(a?.subarray(100).equals(b?.subarray(100) ?? Buffer.of())).toBe(true);
    expect((await run(['diff', 'mine.img', 'a.img.gz'])).exitCode).toBe(0);
  });

  it('takes its settings from a file that is named, and from no other', async () => {
    writeFileSync(path.join(cwd, 'me.yaml'), 'hostname: kitchen\n');
    const plan = await run([
      'personalize',
      published,
      'me.yaml',
      '--timezone',
      'Europe/Berlin',
      '--dry-run',
      '--json',
    ]);
    const { edits } = last(plan.stdout)['plan'] as { edits: { from: string }[] };
    expect([...new Set(edits.map(({ from }) => from))]).toEqual(['hostname', 'timezone', 'recipe']);
    const words = await run(['personalize', published, '--hostname', 'kitchen', '--dry-run']);
    expect(words.stdout).toMatch(/^hostname\n {2}write \/etc\/hostname\n/m);
  });

  it.each([
    [['demo', '--hostname', 'x', '-o', 'none.img'], 3, /was not built by pi-image/],
    [[published, '-o', 'none.img'], 2, /nothing is asked for/],
    [[published, '--hostname', 'x'], 2, /-o OUT/],
    [[published, '--hostname', 'x', '--docker', '-o', 'none.img'], 2, /unknown option '--docker'/],
    [[published, '--image', 'demo', '-o', 'none.img'], 2, /unknown option '--image'/],
    [[published, '--hostname', '-', '-o', 'none.img'], 3, /host name/],
    [[published, '--package', 'nano', '-o', 'none.img'], 3, /50-packages/],
    [[published, '--user', 'cook', '-o', 'none.img'], 3, /60-docker.*"pi"/],
    [[published, '--hostname', 'x', '-o', published, '--overwrite'], 7, /base image itself/],
    [['absent.img', '--hostname', 'x', '-o', 'none.img'], 4, /absent\.img/],
    [['pi-image.yaml', '--hostname', 'x', '-o', 'none.img'], 6, /not a disk image/],
    [[], 2, /missing required argument 'image'/],
  ])('%j exits %d and leaves nothing behind', async (args, exitCode, says) => {
    const before = (await readdir(cwd)).sort();
    const result = await run(['personalize', ...args]);
    expect([result.exitCode, result.stdout, result.stderr]).toEqual([
      exitCode,
      '',
      expect.stringMatching(says),
    ]);
    expect((await readdir(cwd)).sort()).toEqual(before);
  });
});

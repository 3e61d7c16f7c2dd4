import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { vncPassword, wpaPsk } from '../../src/content/credentials.ts';
import { builtInCustomizations } from '../../src/customizations/index.ts';
import { settingsSchema } from '../../src/spec/literal-secrets.ts';
import { CommandLines, showsProcesses } from '../fixtures/command-lines.ts';
import { makeImage } from '../fixtures/container-image.ts';
import { DockerRegistry, hasRegistry } from '../fixtures/docker-registry.ts';
import { hasTool } from '../fixtures/judge.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { type Canary, filesLeftIn, leaksIn, secretPlaces } from './canaries.ts';
import { type CliOptions, type CliResult, cli } from './cli.ts';

const ssid = 'MyNet';
const wifi = 'Kanarie "wifi\\ %41 9217';
const vnc = 'Kanarie&vnc=5541';
const hash = `$6$Kanarie$${'k4n4R1e'.repeat(12)}..`;

/** One for every setting that holds a secret, full of what JSON, shells and URLs write otherwise. */
const canaries: Readonly<Record<string, Canary>> = {
  'vnc.password': { text: vnc, derived: [vncPassword(vnc)] },
  'user.password': { text: 'Kanarie user/ü+ 3310' },
  'user.password-hash': { text: hash },
  'wifi.networks[].password': { text: wifi, derived: [wpaPsk(wifi, Buffer.from(ssid))] },
  'first-boot.notify': { text: 'https://ntfy.example/Kanarie-7756?k=a%20b' },
  'containers[].environment.*': { text: "Kanarie $env 'x' 6642" },
};
const places = Object.keys(canaries);
const text = (place: string): string => canaries[place]?.text ?? '';

/** How a secret is given: the value of its setting. */
type Channel = (place: string) => unknown;
const variable = (place: string): string => `CANARY_${places.indexOf(place)}`;
const literal: Channel = text;
const fromFile: Channel = (place) => ({ file: `secrets/${places.indexOf(place)}` });
const fromEnvironment: Channel = (place) => ({ env: variable(place) });
const environment = Object.fromEntries(places.map((place) => [variable(place), text(place)]));

const cwd = temporaryDirectory();
/** What the tests themselves put there, and the images that are to hold secrets. */
const isExpected = (name: string): boolean =>
  /^(secrets|registry)\/|^[\w-]+\.yaml$|^[\w.]+\.(img|img\.xz|img\.gz|zip)$/.test(name);
const pick = (files: Record<string, Buffer>, isWanted: (name: string) => boolean) =>
  Object.fromEntries(Object.entries(files).filter(([name]) => isWanted(name)));
const isCached = (name: string): boolean => name.startsWith('cache/');
const commandLines = new Set<string>();
let registry = '127.0.0.1:1';

beforeAll(async () => {
  mkdirSync(path.join(cwd, 'secrets'));
  mkdirSync(path.join(cwd, 'registry'));
  places.forEach((place, index) => {
    writeFileSync(path.join(cwd, 'secrets', String(index)), `${text(place)}\n`, { mode: 0o600 });
  });
  if (!hasRegistry) return;
  const started = await DockerRegistry.start(path.join(cwd, 'registry'));
  await started.push('app', '1', await makeImage({ a: 'b' }, { architecture: 'arm', variant: 'v6' }));
  registry = started.host;
}, 60_000);

/** Everything that takes a secret; JSON is YAML. */
function settings(channel: Channel, { hashed = false, containers = hasRegistry } = {}): object {
  return {
    image: 'demo',
    vnc: { password: channel('vnc.password') },
    user: hashed
      ? { 'password-hash': channel('user.password-hash') }
      : { password: channel('user.password') },
    wifi: { country: 'GB', networks: [{ ssid, password: channel('wifi.networks[].password') }] },
    'first-boot': { notify: channel('first-boot.notify') },
    ...(containers && {
      containers: [
        { image: `${registry}/app:1`, environment: { TOKEN: channel('containers[].environment.*') } },
      ],
    }),
  };
}

function put(name: string, content: object | string): string {
  const written = typeof content === 'string' ? content : JSON.stringify(content);
  writeFileSync(path.join(cwd, name), written, { mode: 0o600 });
  return name;
}

/** Runs the program while looking at its processes; nothing that it says or leaves behind may hold a secret. */
async function run(args: readonly string[], options: Partial<CliOptions> = {}): Promise<CliResult> {
  let watch: CommandLines | undefined;
  const result = await cli(args, {
    env: { ...environment, SOURCE_DATE_EPOCH: '1700000000' },
    ...options,
    cwd,
    onStart: (running) => {
      if (running.pid !== undefined) watch = new CommandLines(running.pid);
      options.onStart?.(running);
    },
  });
  watch?.stop();
  for (const line of watch?.seen ?? []) commandLines.add(line);
  const { stdout, stderr } = result;
  const processes = [...(watch?.seen ?? [])].join('\n');
  const left = await filesLeftIn(cwd, (name) => isExpected(name) || isCached(name));
  expect(leaksIn({ stdout, stderr, processes, ...left }, canaries)).toEqual([]);
  return result;
}

describe('the canaries', () => {
  it('are there for every setting that holds a secret', () => {
    const known = [...new Set(secretPlaces(settingsSchema(builtInCustomizations)))];
    expect(known.sort()).toEqual([...places].sort());
  });

  it.each(places)('%s is found in any form, anywhere', (place) => {
    const leak = (hidden: string) => leaksIn({ log: `before ${hidden} after` }, canaries);
    const bytes = Buffer.from(`?${text(place)}!`);
    for (const hidden of [
      text(place),
      JSON.stringify(text(place)),
      encodeURIComponent(text(place)),
      bytes.toString('hex'),
      bytes.toString('base64'),
      Buffer.from(`??${text(place)}`).toString('base64'),
    ])
      expect(leak(hidden).join(), hidden).toContain(place);
  });
});

describe('a build tells no secret', () => {
  const channels: readonly (readonly [string, Channel])[] = [
    ['in the file itself', literal],
    ['in files of their own', fromFile],
    ['in the environment', fromEnvironment],
  ];

  it.each(
    channels.flatMap(([from, channel]) => [
      [from, 'in words', channel, ['--verbose', '--checksums', '-o', 'words.img.xz'], false] as const,
      [from, 'in JSON', channel, ['--json', '--checksums', '-o', 'json.img.gz'], true] as const,
    ]),
  )('that stands %s, %s', async (_from, _form, channel, args, hashed) => {
    const config = put('all.yaml', settings(channel, { hashed }));
    const { exitCode, stdout, stderr } = await run(['build', config, '--overwrite', ...args]);
    expect(exitCode, stderr).toBe(0);
    const output = args.at(-1) ?? '';
    expect((statSync(path.join(cwd, output)).mode & 0o777).toString(8)).toBe('600');
    expect(stdout).toContain(output);
  });

  it('though all of them are in it', async () => {
    const files = [
      '/etc/wpa_supplicant/wpa_supplicant.conf',
      '/root/.vnc/config.d/vncserver-x11',
      '/usr/lib/pi-image/files/notify',
      ...(hasRegistry ? ['/var/lib/pi-image/preloaded/environment/app'] : []),
    ];
    const { stdout } = await cli(['cat', 'words.img.xz', ...files], { cwd });
    const expected = places.filter((place) => !/^user/.test(place) && (hasRegistry || !/^con/.test(place)));
    for (const place of expected) expect(leaksIn({ image: stdout }, canaries).join('\n')).toContain(place);
    const shadow = await cli(['cat', 'json.img.gz', '/etc/shadow'], { cwd });
    expect(shadow.stdout).toContain(hash);
  });

  it.each([
    ['inspect'],
    ['verify'],
    ['ls', '--recursive', '--long'],
    ['status'],
    ['lint'],
    ['lint', '--json'],
    ['lint', '--sarif', '--public'],
    ['explain'],
    ['explain', '--json'],
    ['cat', '/usr/lib/pi-image/recipe.json'],
  ])('and neither does %s of what was built', async (verb, ...args) => {
    const [positional, flags] = [verb === 'ls' ? ['/'] : [], args];
    const { stdout, stderr } = await run([verb, 'words.img.xz', ...positional, ...flags]);
    expect(stdout + stderr).not.toBe('');
  });

  it.each([[[]], [['--json']]])('and neither does diff %j', async (flags) => {
    const { exitCode, stdout } = await run(['diff', 'demo', 'words.img.xz', ...flags]);
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining('wpa_supplicant.conf')]);
  });

  it.each([[[]], [['--json']]])('in a plan %j', async (flags) => {
    for (const [, channel] of channels) {
      const config = put('plan.yaml', settings(channel, { containers: true }));
      const { exitCode, stdout } = await run(['plan', config, ...flags]);
      expect([exitCode, stdout]).toEqual([0, expect.stringContaining('wpa_supplicant.conf')]);
    }
  });

  it('given by the options and variables of their own', async () => {
    const flags = ['--image', 'demo', '--wifi', ssid, '--wifi-country', 'GB', '--no-docker'];
    const own = {
      PI_IMAGE_WIFI_PASSWORD: wifi,
      PI_IMAGE_PASSWORD: text('user.password'),
      PI_IMAGE_VNC_PASSWORD: vnc,
      PI_IMAGE_NOTIFY_URL: text('first-boot.notify'),
    };
    const byVariables = await run(['build', ...flags, '-o', 'own.zip'], { env: own });
    expect(byVariables.exitCode, byVariables.stderr).toBe(0);
    const file = (place: string) => `secrets/${places.indexOf(place)}`;
    const byFiles = await run(
      [
        ...['build', ...flags, '-o', 'own.img', '--wifi-password-file', '-'],
        ...['--password-file', file('user.password'), '--vnc-password-file', file('vnc.password')],
      ],
      { env: {}, input: `${wifi}\n` },
    );
    expect(byFiles.exitCode, byFiles.stderr).toBe(0);
  });

  it.each(places)('from standard input: %s', async (place) => {
    const channel: Channel = (one) => (one === place ? { file: '-' } : fromEnvironment(one));
    const hashed = place.endsWith('-hash');
    const config = put('stdin.yaml', settings(channel, { hashed, containers: true }));
    expect(await run(['plan', config], { input: `${text(place)}\n` })).toMatchObject({ exitCode: 0 });
  });

  it.skipIf(!hasTool('script'))('typed in at a terminal', async () => {
    const asked = places.filter((place) => !place.endsWith('-hash'));
    const config = put(
      'prompt.yaml',
      settings((place) => ({ prompt: `Say ${place}` }), { containers: true }),
    );
    const result = await run(['plan', config], {
      interactive: true,
      through: ['sh', '-c', `script -qefc "stty cols 100 rows 30; $(printf "'%s' " "$@")" /dev/null`, 'sh'],
      onStart: ({ stdin, stdout }) => {
        let shown = '';
        const open = new Set(asked);
        stdout?.on('data', (piece: Buffer) => {
          shown += piece.toString();
          const place = [...open].find((one) => shown.includes(`Say ${one}`));
          if (place === undefined) return;
          open.delete(place);
          stdin?.write(`${text(place)}\r`);
        });
      },
    });
    expect(result.exitCode, result.stdout).toBe(0);
    for (const place of asked) expect(result.stdout).toContain(`Say ${place}`);
  });
});

describe('personalizing tells no secret', () => {
  it('that it puts into an image without any, nor does the recipe of what it makes', async () => {
    const config = put('public.yaml', { image: 'demo', ssh: { enabled: false }, vnc: { enabled: false } });
    const published = await run(['build', config, '--public', '-o', 'published.img.gz']);
    expect(published.exitCode, published.stderr).toBe(0);
    for (const [name, channel] of Object.entries({ literal, fromFile, fromEnvironment })) {
      const own = put(`${name}.yaml`, settings(channel, { containers: false }));
      for (const flags of [['--verbose'], ['--json'], ['--dry-run']]) {
        const words = ['personalize', 'published.img.gz', own, '-o', 'personal.img', '--overwrite', ...flags];
        const { exitCode, stderr } = await run(words);
        expect(exitCode, stderr).toBe(0);
      }
      expect(statSync(path.join(cwd, 'personal.img')).mode & 0o777).toBe(0o600);
      const { stdout } = await run(['explain', 'personal.img', '--json']);
      expect(JSON.parse(stdout).recipe.runs[1].hidden).toEqual([
        'vnc.password',
        'user.password',
        'wifi.networks.0.password',
        'first-boot.notify',
      ]);
    }
    const notify = await cli(['cat', 'personal.img', '/usr/lib/pi-image/files/notify'], { cwd });
    expect(leaksIn({ image: notify.stdout }, canaries).join()).toContain('first-boot.notify');
  });
});

describe('a failure tells no secret', () => {
  const broken = (change: (all: Record<string, unknown>) => object | string) => () =>
    change(settings(literal, { containers: true }) as Record<string, unknown>);
  const yaml =
    (password: string, rest = '') =>
    () =>
      `image: demo\nwifi: { country: GB, networks: [{ ssid: x, password: ${password}${rest} }] }\n`;
  const quoted = JSON.stringify(wifi);

  it.each<readonly [string, number, () => object | string]>([
    ['a setting that is none', 3, broken((all) => ({ ...all, colour: 'red' }))],
    ['one beside the secret', 3, yaml(quoted, ', colour: red')],
    ['a secret under a name that is none', 3, broken(() => ({ user: { pasword: wifi } }))],
    ['a secret in a list', 3, broken(() => ({ user: { password: [wifi] } }))],
    ['a secret in a map', 3, broken(() => ({ user: { password: { text: wifi } } }))],
    ['a secret in braces', 3, () => `user:\n  password: {${encodeURIComponent(text('user.password'))}}\n`],
    ['a quote that is not closed', 3, yaml(quoted.slice(0, -1))],
    ['a colon too many', 3, yaml(`a: ${quoted}`)],
    ['a bracket too many', 3, yaml(quoted, ']')],
    ['an alias of nothing', 3, () => `user:\n  password: *${encodeURIComponent(text('user.password'))}\n`],
    ['a tag that is none', 3, () => `user:\n  password: !${encodeURIComponent(text('user.password'))}\n`],
    ['a secret where a country belongs', 3, broken((all) => ({ ...all, wifi: { country: 'UK' } }))],
    ['a password that Wi-Fi cannot have', 3, () => settings(() => text('user.password'))],
    ['an address that is none', 3, broken((all) => ({ ...all, 'first-boot': { notify: wifi } }))],
    ['an image that is not there', 4, broken((all) => ({ ...all, image: 'none.img' }))],
    ['an output that is there', 7, broken((all) => ({ ...all, output: 'all.yaml.img' }))],
    ['an image too small for it', 6, broken((all) => ({ ...all, packages: [], files: [large] }))],
  ])('%s', async (_what, exitCode, content) => {
    put('all.yaml.img', 'here');
    const config = put('bad.yaml', content());
    for (const flags of [[], ['--json']]) {
      const result = await run(['build', config, ...flags]);
      expect([result.exitCode, result.stderr], result.stdout).toEqual([
        exitCode,
        expect.not.stringMatching(/^$/),
      ]);
    }
  });

  const large = { source: 'large.img', target: '/large' };
  beforeAll(() => writeFileSync(path.join(cwd, 'large.img'), Buffer.alloc(200 * 2 ** 20)));

  it('a registry that does not answer, and an end from outside', async () => {
    const all = settings(literal, { containers: false });
    const config = put('away.yaml', {
      ...all,
      containers: [
        { image: '127.0.0.1:1/app:1', environment: { TOKEN: text('containers[].environment.*') } },
      ],
    });
    const result = await run(['build', config, '-o', 'away.img', '--verbose'], {
      onStart: (running) =>
        running.stderr?.on('data', (piece: Buffer) => {
          if (piece.includes('trying again')) running.kill('SIGTERM');
        }),
    });
    expect(result).toMatchObject({ exitCode: 143, stderr: expect.stringContaining('no output was left') });
  });

  it('a build for everybody, of which lint says what leaks', async () => {
    const config = put('public.yaml', settings(literal, { containers: false }));
    for (const flags of [[], ['--json']]) {
      const result = await run(['build', config, '--public', '-o', 'public.img', ...flags]);
      expect([result.exitCode, result.stdout + result.stderr]).toEqual([
        3,
        expect.stringContaining('(wifi-secrets)'),
      ]);
    }
  });

  it('an option that is none, with a password behind it', async () => {
    const { exitCode, stdout, stderr } = await cli(['build', `--password=${wifi}`], { cwd });
    expect([exitCode, leaksIn({ stdout, stderr }, canaries)]).toEqual([2, []]);
    expect(stderr).toContain("unknown option '--password'");
  });
});

describe('the list of processes', () => {
  it.skipIf(!showsProcesses || !hasTool('xz'))('was looked at while the program and its tools ran', () => {
    const seen = [...commandLines].join('\n');
    expect(seen).toMatch(/main\.js build all\.yaml/);
    expect(seen).toMatch(/(^|\/)xz /m);
  });
});

describe('the cache', () => {
  it('holds no secret but in unpacked copies of private images, which are as private', async () => {
    const files = await filesLeftIn(cwd, isExpected);
    const isOpen = (name: string) => (statSync(path.join(cwd, name)).mode & 0o077) !== 0;
    const copies = Object.keys(files).filter((name) => /^cache\/images\/.*\.img$/.test(name));
    // The demonstration image, and the one without secrets that was personalized.
    expect(copies.map(isOpen).sort()).toEqual([false, false, true, true]);
    expect(
      leaksIn(
        pick(files, (name) => isOpen(name) || !copies.includes(name)),
        canaries,
      ),
    ).toEqual([]);
    expect(leaksIn(files, canaries)).not.toEqual([]);
  });
});

describe('files with secrets that others can read', () => {
  const config = 'open.yaml';
  afterAll(() => rmSync(path.join(cwd, config)));
  const plan = async (mode: number, channel: Channel) => {
    rmSync(path.join(cwd, config), { force: true });
    writeFileSync(path.join(cwd, config), JSON.stringify(settings(channel)), { mode });
    return (await run(['plan', config])).stderr;
  };

  it.skipIf(process.platform === 'win32')('are told, with the command that mends it', async () => {
    const file = path.join(cwd, config);
    expect(await plan(0o644, literal)).toMatch(
      new RegExp(
        `^warning\\[secret.readable\\]: ${file} holds secrets \\(.*user.password.*mode 0644\\)\n.*chmod 600 '${file}'$`,
        'm',
      ),
    );
    expect(await plan(0o600, literal)).not.toContain('secret.readable');
    expect(await plan(0o644, fromFile)).not.toContain('secret.readable');
    const secret = path.join(cwd, 'secrets', String(places.indexOf('vnc.password')));
    rmSync(secret);
    writeFileSync(secret, vnc, { mode: 0o640 });
    expect(await plan(0o644, fromFile)).toMatch(new RegExp(`${secret} holds a secret, .*mode 0640`));
  });
});

import { describe, expect, it } from 'vitest';
import { builtInCustomizations } from '../../src/customizations/index.ts';
import { parseCsvList } from '../../src/fleet/csv.ts';
import { expandFleet } from '../../src/fleet/expand.ts';
import { parseYamlList } from '../../src/fleet/yaml-list.ts';
import { PiImageError } from '../../src/model/errors.ts';
import { Secret } from '../../src/model/secret.ts';
import { parseYaml } from '../../src/spec/yaml.ts';

const config = (yaml: string) => parseYaml(yaml, 'pi-image.yaml');
const csv = (list: string, yaml = 'image: demo\n', output = '{{hostname}}.pipatch') =>
  expandFleet({
    list: parseCsvList(Buffer.from(list), 'fleet.csv'),
    base: config(yaml),
    output,
    customizations: builtInCustomizations,
  });
const yaml = (text: string, output = '{{hostname}}.pipatch') => {
  const { list } = parseYamlList(text, 'fleet.yaml', builtInCustomizations);
  const { base = config('image: demo\n') } = list;
  return expandFleet({ list, base, output, customizations: builtInCustomizations });
};

function failure(attempt: () => unknown): PiImageError {
  try {
    attempt();
  } catch (error) {
    if (PiImageError.is(error)) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('a fleet of a CSV list', () => {
  it('has for each device the shared settings, with its own values in them', () => {
    const devices = csv(
      'hostname,network.eth0.address,room,#for whom\nHall-1,10.0.0.2/8,Hall,Ann\nattic,,Attic,\n',
      'image: demo\ntimezone: Europe/Berlin\nfiles:\n  - { content: "{{ room }}: {{hostname}} \\\\{{room}} {{.Names}}", target: "/etc/{{room}}" }\n',
      'out/{{room}}-{{hostname}}.img.xz',
    );
    expect(devices).toMatchObject([
      {
        name: 'hall-1',
        output: 'out/Hall-Hall-1.img.xz',
        spec: {
          image: 'demo',
          settings: {
            hostname: 'hall-1',
            timezone: 'Europe/Berlin',
            network: { eth0: { address: '10.0.0.2/8' } },
            files: [{ content: 'Hall: Hall-1 {{room}} {{.Names}}', target: '/etc/Hall' }],
          },
        },
      },
      { name: 'attic', spec: { settings: { hostname: 'attic' } } },
    ]);
    expect(devices[1]?.spec.settings).not.toHaveProperty('network');
  });

  it('names the secrets of each device by file or variable', () => {
    const [device] = csv(
      'hostname,user.password.file\na,secrets/a\n',
      'image: demo\nwifi: { networks: [{ ssid: x, password: { env: "PW_{{hostname}}" } }] }\n',
    );
    const { user, wifi } = (device?.spec.settings ?? {}) as {
      user: { password: Secret };
      wifi: { networks: { password: Secret }[] };
    };
    expect(user.password.source).toEqual({ file: 'secrets/a' });
    expect(wifi.networks[0]?.password).toBeInstanceOf(Secret);
    expect(wifi.networks[0]?.password.source).toEqual({ env: 'PW_a' });
  });

  it('takes numbers and switches where settings are such', () => {
    const [device] = csv('hostname,ssh.enabled,docker.log-files\na,FALSE,5\n');
    expect(device?.spec.settings).toMatchObject({ ssh: { enabled: false }, docker: { 'log-files': 5 } });
  });

  it.each<[string, string, string, string, RegExp, object]>([
    [
      'an unknown variable',
      'hostname\na\nb\n',
      'image: demo\nlocale: "{{loc}}"\n',
      '',
      /no device has a value for \{\{loc\}\}/,
      { file: 'pi-image.yaml', line: 2, column: 9 },
    ],
    [
      'a value that a device lacks',
      'hostname,tz\na,UTC\nb,\n',
      'image: demo\ntimezone: "{{tz}}"\n',
      '',
      /has no value for \{\{tz\}\}/,
      { file: 'fleet.csv', line: 3, column: 1 },
    ],
    [
      'a column that nothing uses',
      'hostname,timezon\na,UTC\n',
      '',
      '',
      /"timezon" is neither a setting/,
      { line: 1, column: 10 },
    ],
    [
      'a setting that does not exist',
      'hostname,network.eth1.address\na,10.0.0.1/8\n',
      '',
      '',
      /there is no setting "network.eth1.address"/,
      { line: 1, column: 10 },
    ],
    [
      'a password',
      'hostname,user.password\na,s3cret\n',
      '',
      '',
      /"user.password" is a secret/,
      { line: 1, column: 10 },
    ],
    [
      'a password by a variable',
      'hostname,pw\na,s3cret\n',
      'image: demo\nuser: { password: "{{pw}}" }\n',
      '',
      /a secret is not filled from a list/,
      { file: 'pi-image.yaml', line: 2 },
    ],
    [
      'a base of its own',
      'hostname,image\na,demo\n',
      '',
      '',
      /"image" is the same for all/,
      { line: 1, column: 10 },
    ],
    [
      'a base by a variable',
      'hostname,x\na,demo\n',
      'image: "{{x}}"\n',
      '',
      /"image" is the same for all/,
      { file: 'pi-image.yaml', line: 1 },
    ],
    [
      'two devices of one name',
      'hostname,x\na,1\nb,2\nA,3\n',
      '',
      '{{x}}.img',
      /host name a is that of a \(line 2\)/,
      { line: 4 },
    ],
    [
      'two devices of one address',
      'hostname,network.eth0.address\na,10.0.0.2/8\nb,10.0.0.2/16\n',
      '',
      '',
      /address 10.0.0.2 is that of a \(line 2\)/,
      { line: 3 },
    ],
    [
      'two devices of one output',
      'hostname,x\na,X\nb,x\n',
      '',
      'out/{{x}}.img',
      /output out\/x.img is that of a/,
      { line: 3 },
    ],
    [
      'an output outside its folder',
      'hostname,x\na,../x\n',
      '',
      'out/{{x}}.img',
      /"x" is part of the name of the output: it may only have/,
      { line: 2, column: 3 },
    ],
    [
      'an output of a name that Windows keeps',
      'hostname\nnul\n',
      '',
      '',
      /Windows keeps/,
      { line: 2, column: 1 },
    ],
    [
      'a value that the setting does not take',
      'hostname,network.eth0.address\na,10.0.0.300/8\n',
      '',
      '',
      /IPv4 address with its prefix/,
      { file: 'fleet.csv', line: 2, column: 3 },
    ],
    [
      'a fault of the shared settings',
      'hostname\na\nb\n',
      'image: demo\ntimezone: "Nowhere at all"\n',
      '',
      /./,
      { file: 'pi-image.yaml', line: 2, column: 11 },
    ],
  ])('refuses %s', (_, list, base, output, message, at) => {
    const { code, problems } = failure(() => csv(list, base || undefined, output || undefined));
    expect(code).toBe('spec.invalid');
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).toMatch(message);
    expect(problems[0]?.at).toMatchObject(at);
    expect(JSON.stringify(problems)).not.toContain('s3cret');
  });

  it('refuses a device without a name of its own', () => {
    expect(failure(() => csv('x\n1\n', 'image: demo\n', '{{x}}.img')).problems[0]?.message).toMatch(
      /has no "hostname"/,
    );
  });

  it('says what was meant', () => {
    expect(failure(() => csv('hostname,timezon\na,UTC\n')).problems[0]?.help).toMatch(/"timezone"/);
    const wrong = () => csv('hostname,room\na,X\n', 'image: demo\nlocale: "{{rom}} {{room}}"\n');
    expect(failure(wrong).problems[0]?.help).toMatch(/\{\{room\}\}/);
  });
});

describe('a fleet of a YAML list', () => {
  it('has values, settings of its own, and what all share', () => {
    const devices = yaml(`
base:
  image: demo
  timezone: Europe/Berlin
  locale: "{{lang}}.UTF-8"
devices:
  - hostname: hall
    lang: de_DE
    network.eth0.address: 10.0.0.2/8
    settings:
      timezone: UTC
      ssh: { keys: [{ file: "keys/{{hostname}}.pub" }] }
  - { hostname: attic, lang: en_GB, docker.log-files: 5 }
`);
    expect(devices.map(({ spec }) => spec.settings)).toMatchObject([
      {
        hostname: 'hall',
        locale: 'de_DE.UTF-8',
        timezone: 'UTC',
        network: { eth0: { address: '10.0.0.2/8' } },
        ssh: { keys: [{ file: 'keys/hall.pub' }] },
      },
      { hostname: 'attic', locale: 'en_GB.UTF-8', timezone: 'Europe/Berlin', docker: { 'log-files': 5 } },
    ]);
  });

  it.each<[string, string, RegExp, object | undefined]>([
    ['no devices', 'base: { image: demo }\n', /names no device/, undefined],
    ['an empty list', 'devices: []\n', /names no device/, { line: 1 }],
    [
      'another key',
      'devices: [{ hostname: a }]\ndevice: x\n',
      /no "device" in a list/,
      { line: 2, column: 1 },
    ],
    ['a device that is no map', 'devices:\n  - a\n', /a device is a map/, { line: 2, column: 5 }],
    ['a list as a value', 'devices:\n  - hostname: [a]\n', /"hostname" is no single value/, { line: 2 }],
    [
      'settings that are no map',
      'devices:\n  - { hostname: a, settings: x }\n',
      /`settings` is no map/,
      { line: 2 },
    ],
    [
      'a wrong setting of a device',
      'devices:\n  - hostname: a\n    settings:\n      timezone: "No where"\n',
      /./,
      { line: 4, column: 17 },
    ],
    [
      'a base of its own',
      'devices:\n  - hostname: a\n    settings: { image: "{{hostname}}" }\n',
      /the same for all/,
      { line: 3 },
    ],
  ])('refuses %s', (_, text, message, at) => {
    const { code, problems } = failure(() => yaml(text));
    expect(code).toBe('spec.invalid');
    expect(problems[0]?.message).toMatch(message);
    if (at) expect(problems[0]?.at).toMatchObject(at);
  });

  it('conceals what stands at the place of a secret', () => {
    const text =
      'devices:\n  - { hostname: "a b", user.password: s3cret, settings: { user: { password: s3cret } } }\n';
    const error = failure(() => yaml(text));
    expect(error.problems.map(({ message }) => message).join()).toMatch(/is a secret/);
    expect(JSON.stringify(error.problems)).not.toContain('s3cret');
    expect(
      JSON.stringify(failure(() => yaml('devices: [{ hostname: a, user.password: "s3cret }]\n')).problems),
    ).not.toContain('s3cret');
  });
});

import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type BuildFlags, settingsFromFlags } from '../../src/cli/settings-from-flags.ts';
import { PiImageError } from '../../src/model/errors.ts';

const directory = path.resolve('/home/me');
const from = (flags: BuildFlags, env: NodeJS.ProcessEnv = {}, hostCountry?: string) =>
  settingsFromFlags(flags, { env, directory, hostCountry });

describe('settingsFromFlags', () => {
  it('says nothing of what was not asked', () => {
    expect(from({})).toEqual({});
  });

  it('never takes a Wi-Fi password as a value', () => {
    expect(from({ wifi: ['MyNet'] }, { PI_IMAGE_WIFI_PASSWORD: 'correct horse' }, 'DE')).toEqual({
      wifi: { country: 'DE', networks: [{ ssid: 'MyNet', password: { env: 'PI_IMAGE_WIFI_PASSWORD' } }] },
    });
    expect(from({ wifi: ['MyNet'] })).toEqual({
      wifi: { networks: [{ ssid: 'MyNet', password: { prompt: 'Password of the Wi-Fi network MyNet' } }] },
    });
  });

  it('takes whom to tell from the option or the environment, and no password among the options', () => {
    const url = 'https://example.org/hook';
    expect(from({ notify: url, firstBoot: 'own.sh' })).toEqual({
      'first-boot': { script: { file: path.join(directory, 'own.sh') }, notify: url },
    });
    expect(from({}, { PI_IMAGE_NOTIFY_URL: url })).toEqual({
      'first-boot': { notify: { env: 'PI_IMAGE_NOTIFY_URL' } },
    });
    expect(() => from({ notify: 'https://me:s3cret@example.org' })).toThrow(
      expect.objectContaining({ code: 'usage.invalid', message: expect.not.stringContaining('s3cret') }),
    );
  });

  it('names containers as they are, and compose projects by their paths', () => {
    expect(from({ container: ['nginx:1.27', 'redis'], compose: ['shop'] })).toEqual({
      containers: [{ image: 'nginx:1.27' }, { image: 'redis' }],
      compose: [{ file: path.join(directory, 'shop') }],
    });
  });

  it('gives an address to the interface that is meant', () => {
    const given = { address: '192.168.1.20/24', gateway: '192.168.1.1', dns: ['1.1.1.1', '9.9.9.9'] };
    expect(from(given)).toEqual({ network: { eth0: given } });
    expect(from({ ...given, interface: 'wlan0' })).toEqual({ network: { wlan0: given } });
    const wifi = { wifi: ['x'], wifiOpen: true, address: '10.0.0.2/8' } as const;
    expect(from(wifi)['network']).toEqual({ wlan0: { address: '10.0.0.2/8' } });
    expect(from({ ...wifi, interface: 'eth0' })['network']).toEqual({ eth0: { address: '10.0.0.2/8' } });
  });

  it('pairs password files with networks in order', () => {
    const { wifi } = from({
      wifi: ['a', 'b'],
      wifiPasswordFile: ['a.secret', '-'],
      wifiHidden: true,
    }) as never as {
      wifi: { networks: unknown[] };
    };
    expect(wifi.networks).toEqual([
      { ssid: 'a', password: { file: path.join(directory, 'a.secret') }, hidden: true },
      { ssid: 'b', password: { file: '-' }, hidden: true },
    ]);
  });

  it('has a variable for the password of each network', () => {
    const env = { PI_IMAGE_WIFI_PASSWORD: 'x', PI_IMAGE_WIFI_PASSWORD_2: 'y', PI_IMAGE_WIFI_PASSWORD_3: 'z' };
    const { wifi } = from({ wifi: ['a', 'b', 'c', 'd'], wifiPasswordFile: ['a.secret'] }, env) as never as {
      wifi: { networks: { password: unknown }[] };
    };
    expect(wifi.networks.map(({ password }) => password)).toEqual([
      { file: path.join(directory, 'a.secret') },
      { env: 'PI_IMAGE_WIFI_PASSWORD_2' },
      { env: 'PI_IMAGE_WIFI_PASSWORD_3' },
      { prompt: 'Password of the Wi-Fi network d' },
    ]);
  });

  it.each<[string, BuildFlags, NodeJS.ProcessEnv]>([
    ['more password files than networks', { wifi: ['a'], wifiPasswordFile: ['x', 'y'] }, {}],
    ['an interface without an address', { interface: 'eth0' }, {}],
    ['an open network where there is none', { wifiOpen: true }, {}],
    ['a hidden network where there is none', { wifiHidden: true }, {}],
    ['a password for no network', { wifiPasswordFile: ['x'] }, {}],
    ['a key where ssh is off', { ssh: false, sshKey: ['x.pub'] }, {}],
    ['a screen where VNC is off', { vnc: false, vncResolution: '800x600' }, {}],
    ['a way to get Docker where there is none', { docker: false, dockerMethod: 'apt' }, {}],
    ['a password for an open network', { wifi: ['a'], wifiOpen: true, wifiPasswordFile: ['x'] }, {}],
    ['a file without a target', { file: ['motd'] }, {}],
    ['a file with a relative target', { file: ['motd:etc/motd'] }, {}],
    ['a setting without a value', { configTxt: ['gpu_mem'] }, {}],
  ])('refuses %s as wrong usage', (_what, flags, env) => {
    try {
      from(flags, env);
      expect.unreachable();
    } catch (error) {
      expect(PiImageError.is(error) && error.code).toBe('usage.invalid');
    }
  });

  it.each([
    ['motd:/etc/motd', { source: path.join(directory, 'motd'), target: '/etc/motd' }],
    ['a/b:/etc/x:640', { source: path.join(directory, 'a/b'), target: '/etc/x', mode: '640' }],
    [
      'a:/etc/x:640:root:adm',
      { source: path.join(directory, 'a'), target: '/etc/x', mode: '640', owner: 'root:adm' },
    ],
    ['a:/etc/x::pi', { source: path.join(directory, 'a'), target: '/etc/x', owner: 'pi' }],
  ])('reads --file %s', (text, expected) => {
    expect(from({ file: [text] })).toEqual({ files: [expected] });
  });

  it('tells a key from a file that holds one', () => {
    expect(from({ sshKey: ['ssh-ed25519 AAAAC3Nz me', 'gh:octocat', 'id.pub'] })).toEqual({
      ssh: { keys: ['ssh-ed25519 AAAAC3Nz me', 'gh:octocat', { file: path.join(directory, 'id.pub') }] },
    });
  });

  it.each([
    ['raspbian-buster-lite', 'raspbian-buster-lite'],
    ['https://example.org/a.img', 'https://example.org/a.img'],
    ['a.img', path.join(directory, 'a.img')],
    ['./a', path.join(directory, 'a')],
  ])('reads --image %s', (image, expected) => {
    expect(from({ image })).toEqual({ image: expected });
  });
});

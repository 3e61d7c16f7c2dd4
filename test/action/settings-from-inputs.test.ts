import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ActionInputs } from '../../src/action/action-input.ts';
import { settingsFromInputs } from '../../src/action/settings-from-inputs.ts';
import { builtInCustomizations } from '../../src/customizations/index.ts';
import { parseSpec } from '../../src/spec/parse.ts';

const directory = path.resolve('/workspace');
const at = (name: string) => path.join(directory, name);
const env = { PI_IMAGE_WIFI_PASSWORD: 'correct horse', PI_IMAGE_WIFI_PASSWORD_2: 'battery staple' };
const settings = (inputs: ActionInputs, environment: NodeJS.ProcessEnv = {}) =>
  settingsFromInputs(inputs, { env: environment, directory });

describe('settingsFromInputs', () => {
  it.each<readonly [ActionInputs, object]>([
    [{}, {}],
    [
      { image: 'demo', sha256: 'ab', size: '4G' },
      { image: 'demo', sha256: 'ab', size: '4G' },
    ],
    [{ image: 'base/pi.img.xz' }, { image: at('base/pi.img.xz') }],
    [{ docker: 'none' }, { docker: { enabled: false } }],
    [{ docker: 'first-boot' }, { docker: { enabled: true } }],
    [{ docker: 'preload' }, { docker: { enabled: true, method: 'offline' } }],
    [{ 'wifi-country': 'GB' }, { wifi: { country: 'GB' } }],
    [
      { wifi: ['a', 'b'], 'wifi-open': true, 'wifi-hidden': true },
      {
        wifi: {
          networks: [
            { ssid: 'a', open: true, hidden: true },
            { ssid: 'b', open: true, hidden: true },
          ],
        },
      },
    ],
    [
      { ssh: true, 'ssh-keys': ['keys/me.pub'] },
      { ssh: { enabled: true, keys: [{ file: at('keys/me.pub') }] } },
    ],
    [
      { username: 'cook', keyboard: 'gb' },
      { user: { name: 'cook' }, keyboard: { layout: 'gb' } },
    ],
    [
      { files: ['motd:/etc/motd:644'] },
      { files: [{ source: at('motd'), target: '/etc/motd', mode: '644' }] },
    ],
    [
      { 'config-txt': ['gpu_mem=16'], cmdline: ['quiet'] },
      { 'config-txt': { gpu_mem: '16' }, cmdline: { add: ['quiet'] } },
    ],
    [
      { 'first-boot': 'setup.sh', packages: ['htop'] },
      { 'first-boot': { script: { file: at('setup.sh') } }, packages: ['htop'] },
    ],
    [
      { containers: ['nginx'], compose: ['shop'] },
      { containers: [{ image: 'nginx' }], compose: [{ file: at('shop') }] },
    ],
  ])('%j', (inputs, expected) => {
    expect(settings(inputs)).toEqual(expected);
  });

  it('names the variable of each password and never holds one', () => {
    const found = settings({ wifi: ['a', 'b'], 'wifi-country': 'GB' }, env);
    expect(found).toEqual({
      wifi: {
        country: 'GB',
        networks: [
          { ssid: 'a', password: { env: 'PI_IMAGE_WIFI_PASSWORD' } },
          { ssid: 'b', password: { env: 'PI_IMAGE_WIFI_PASSWORD_2' } },
        ],
      },
    });
    expect(parseSpec(found, builtInCustomizations).settings['wifi']).toBeTruthy();
    expect(() => settings({ wifi: ['a', 'b', 'c'] }, env)).toThrow('the Wi-Fi network c has no password');
  });

  it('takes the other secrets from their variables', () => {
    const variables = { PI_IMAGE_PASSWORD: 'x', PI_IMAGE_VNC_PASSWORD: 'y', PI_IMAGE_NOTIFY_URL: 'z' };
    expect(settings({}, variables)).toEqual({
      user: { password: { env: 'PI_IMAGE_PASSWORD' } },
      vnc: { password: { env: 'PI_IMAGE_VNC_PASSWORD' } },
      'first-boot': { notify: { env: 'PI_IMAGE_NOTIFY_URL' } },
    });
  });

  it.each([
    [{ files: ['motd'] }, 'files: motd is not SRC:DST'],
    [{ 'config-txt': ['gpu_mem'] }, 'config-txt: gpu_mem is not KEY=VALUE'],
  ])('refuses %j in the words of the input', (inputs, message) => {
    expect(() => settings(inputs)).toThrow(message);
  });
});

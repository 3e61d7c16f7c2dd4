import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtInCustomizations } from '../../src/customizations/index.ts';
import { settingsSchema } from '../../src/spec/literal-secrets.ts';
import { parseSpec } from '../../src/spec/parse.ts';
import { redactedConfig } from '../../src/spec/redacted-config.ts';
import { revealedSecrets } from '../../src/spec/secrets.ts';
import { secretPlaces } from '../e2e/canaries.ts';

const directory = path.resolve('/home/bob/kitchen');
const redact = (settings: unknown, hideContents = true) =>
  redactedConfig(settings, { customizations: builtInCustomizations, directory, hideContents });

/** Every setting that holds a secret; a new one has to be added here, or the first test fails. */
const holders: readonly ((secret: unknown) => Record<string, unknown>)[] = [
  (password) => ({
    vnc: { password },
    user: { name: 'bob', password },
    wifi: {
      country: 'GB',
      networks: [
        { ssid: 'A', open: true },
        { ssid: 'B', password },
      ],
    },
    'first-boot': { notify: password },
    containers: [{ image: 'nginx', environment: { TOKEN: password, OTHER: password } }],
  }),
  (hash) => ({ user: { 'password-hash': hash } }),
];
const canary = 'Kanarie-9217';
const forms: readonly (readonly [string, unknown])[] = [
  ['written out', canary],
  ['from a file', { file: `/home/bob/${canary}` }],
  ['from the environment', { env: canary }],
  ['from a prompt', { prompt: canary }],
];

describe('redactedConfig', () => {
  it('hides every setting that the schema calls a secret', () => {
    const hidden = holders.flatMap((holder) => redact(holder(canary)).hidden);
    const places = hidden.map((place) =>
      place.replace(/\.\d+(?=\.|$)/g, '[]').replace(/(environment)\.\w+$/, '$1.*'),
    );
    expect([...new Set(places)].sort()).toEqual(
      [...new Set(secretPlaces(settingsSchema(builtInCustomizations)))].sort(),
    );
  });

  it.each(forms)('shows no part of a secret %s, whatever the parser makes a secret of', (_from, secret) => {
    for (const holder of holders) {
      const { settings, hidden } = redact(holder(secret), false);
      const shown = JSON.stringify(settings);
      expect(shown).not.toContain(canary);
      expect(shown.split('"(hidden)"')).toHaveLength(hidden.length + 1);
      const parsed = parseSpec(holder(canary), builtInCustomizations);
      expect(hidden).toHaveLength(revealedSecrets(parsed.settings).length);
    }
  });

  it('comes out alike wherever the secret comes from, whatever the order and the result file', () => {
    const [first, ...others] = forms.map(([, secret]) =>
      JSON.stringify(redact({ output: '/tmp/x.img', hostname: 'a', wifi: wifiWith(secret) })),
    );
    for (const other of others) expect(other).toBe(first);
    expect(JSON.stringify(redact({ wifi: wifiWith(canary), hostname: 'a' }))).toBe(first);
  });

  const wifiWith = (password: unknown) => ({ networks: [{ ssid: 'B', password }], country: 'GB' });

  it.each([
    ['a text for a file', { files: [{ target: '/etc/a', content: canary }] }, ['files.0.content'], []],
    ['a script', { 'first-boot': { script: canary } }, ['first-boot.script'], []],
    [
      'a sensitive text',
      { files: [{ target: '/etc/a', content: canary, sensitive: true }] },
      ['files.0.content'],
      ['files.0.content'],
    ],
  ])(
    'hides %s when contents are to be hidden, and what is sensitive always',
    (_what, settings, all, some) => {
      expect(redact(settings, true).hidden).toEqual(all);
      expect(JSON.stringify(redact(settings, true).settings)).not.toContain(canary);
      expect(redact(settings, false).hidden).toEqual(some);
      expect(JSON.stringify(redact(settings, false).settings).includes(canary)).toBe(some.length === 0);
    },
  );

  it('keeps all else as it was written', () => {
    const settings = {
      image: 'demo',
      grow: '512M',
      vnc: { enabled: false },
      hostname: 'Kitchen',
      ssh: { keys: ['ssh-ed25519 AAAA bob'] },
      wifi: { country: 'uk', networks: [{ ssid: { hex: '00ff' }, open: true, priority: 3 }] },
      'config-txt': { gpu_mem: 16, dtoverlay: ['a', 'b'] },
      files: [{ source: 'motd', target: '/etc/motd', mode: '0644' }],
    };
    expect(redact(settings)).toEqual({ settings, hidden: [] });
  });

  it.each([
    [path.resolve('/home/bob/kitchen/web/index.html'), 'web/index.html'],
    [path.resolve('/home/bob/kitchen'), '.'],
    [path.resolve('/home/bob/.ssh/id.pub'), 'id.pub'],
    ['../id.pub', 'id.pub'],
    ['./web', 'web'],
    ['..data/x', '..data/x'],
  ])('shows of the path %s only %s', (source, shown) => {
    expect(redact({ files: [{ source, target: '/x' }] }).settings).toEqual({
      files: [{ source: shown, target: '/x' }],
    });
    const others = {
      compose: [{ file: source }],
      ssh: { keys: [{ file: source }] },
      'first-boot': { script: { file: source } },
    };
    expect(redact(others)).toEqual({
      settings: {
        ssh: { keys: [{ file: shown }] },
        compose: [{ file: shown }],
        'first-boot': { script: { file: shown } },
      },
      hidden: [],
    });
  });

  it('knows every place that names something of this computer', () => {
    const name = `/home/bob/${canary}/x`;
    const asking: Readonly<Record<string, unknown>> = {
      ssh: { keys: [{ file: name }] },
      compose: [{ file: name }],
      'first-boot': { script: { file: name } },
      files: [{ source: name, target: '/x' }],
    };
    const all = builtInCustomizations.filter(({ inputs }) => inputs);
    expect(Object.keys(asking)).toEqual(all.map((one) => one.name));
    const { settings } = parseSpec(asking, builtInCustomizations);
    for (const one of all) expect(one.inputs?.(settings[one.name])).toEqual([name]);
    expect(JSON.stringify(redact({ ...asking, image: name }))).not.toContain(canary);
  });

  it('shows of an address neither user nor query', () => {
    const image = `https://bob:${canary}@example.org/a.img.xz?token=${canary}#${canary}`;
    expect(redact({ image }).settings).toEqual({ image: 'https://example.org/a.img.xz' });
    expect(redact({ image: `https://[${canary}` }).settings).toEqual({ image: '(hidden)' });
  });

  it('hides what the schema does not know', () => {
    const { settings, hidden } = redact({ pasword: canary, user: { pin: [canary] } });
    expect(settings).toEqual({ pasword: '(hidden)', user: { pin: '(hidden)' } });
    expect([...hidden].sort()).toEqual(['pasword', 'user.pin']);
  });

  it.each([undefined, null, {}])('makes nothing of %j', (settings) => {
    expect(redact(settings)).toEqual({ settings: {}, hidden: [] });
  });
});

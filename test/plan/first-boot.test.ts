import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/model/secret.ts';
import { firstBootEdits } from '../../src/plan/first-boot.ts';
import { FirstBootRoot, step } from '../fixtures/first-boot-root.ts';
import { judge } from '../fixtures/judge.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

const os = { bootDir: '/boot', present: [] } as const;
const directory = temporaryDirectory();

describe('firstBootEdits', () => {
  it('writes nothing without steps', () => {
    expect(firstBootEdits([], { os })).toEqual([]);
  });

  it('writes runner, functions, steps and units, and enables the timer', () => {
    const edits = firstBootEdits([step('locale', 'true', { order: 30 }), step('a', 'true', { order: 5 })], {
      os,
    });
    expect(edits.map(({ kind, path: name }) => `${kind} ${name}`)).toEqual([
      'write /usr/lib/pi-image/steps/30-locale',
      'write /usr/lib/pi-image/steps/05-a',
      'write /usr/lib/pi-image/functions',
      'write /usr/lib/pi-image/first-boot',
      'write /usr/lib/pi-image/led',
      'write /usr/bin/pi-image-status',
      'write /etc/systemd/system/pi-image-first-boot.service',
      'write /etc/systemd/system/pi-image-first-boot.timer',
      'link /etc/systemd/system/timers.target.wants/pi-image-first-boot.timer',
    ]);
    expect(edits.find(({ kind }) => kind === 'link')).toMatchObject({
      target: '../pi-image-first-boot.timer',
    });
    const modes = edits.filter((edit) => edit.kind === 'write').map(({ path: name, mode }) => [name, mode]);
    expect(modes.filter(([, mode]) => mode === 0o755).map(([name]) => name)).toEqual([
      '/usr/lib/pi-image/first-boot',
      '/usr/lib/pi-image/led',
      '/usr/bin/pi-image-status',
    ]);
  });

  it('writes the runner without steps when somebody is to be told, and keeps the address from plans', () => {
    const notify = Secret.of("https://user:it's@example.org/a b?c={d}#e");
    const edits = firstBootEdits([], { os, notify });
    expect(edits.map(({ path: name }) => name)).toContain('/usr/lib/pi-image/first-boot');
    expect(edits.find(({ path: name }) => name === '/usr/lib/pi-image/files/notify')).toMatchObject({
      mode: 0o700,
      sensitive: true,
      content: expect.stringContaining("url='https://user:it'\\''s@example.org/a%20b?c={d}'\n"),
    });
  });

  it('has an image of a card that has run forget that these steps are done', () => {
    const used = { ...os, present: ['/var/lib/pi-image'] };
    const edits = firstBootEdits([step('locale', 'true', { order: 30 })], { os: used });
    expect(edits.filter(({ kind }) => kind === 'remove').map(({ path: name }) => name)).toEqual([
      '/var/lib/pi-image/complete',
      '/var/lib/pi-image/done/30-locale',
    ]);
  });

  it('puts the head of a step where the runner reads it', () => {
    const [edit] = firstBootEdits(
      [
        step('docker', 'echo\n\n', {
          title: 'Install {{it}} & more',
          needs: ['network', 'apt'],
          spaceMiB: 500.5,
        }),
      ],
      { os },
    );
    expect(edit).toMatchObject({
      content: `#!/bin/sh
# title: Install {{it}} & more
# needs: network apt
# space: 501

set -eu
. "\${PI_IMAGE_ROOT:-}/usr/lib/pi-image/functions"
apt_ready
echo
`,
    });
  });

  it.each([
    ['../up', 1],
    ['Upper', 1],
    ['', 1],
    ['-x', 1],
    ['fine', 100],
    ['fine', 1.5],
    ['fine', -1],
  ])('refuses the name %j with the order %d', (name, order) => {
    expect(() => firstBootEdits([step(name, 'true', { order })], { os })).toThrow(/first-boot step/);
  });

  it('refuses two steps of one name and a title of two lines', () => {
    expect(() => firstBootEdits([step('a', ''), step('a', '', { order: 7 })], { os })).toThrow(
      /two first-boot steps/,
    );
    expect(() => firstBootEdits([step('a', '', { title: 'x\n# needs: y' })], { os })).toThrow(/line break/);
  });
});

describe('what is written', () => {
  const root = new FirstBootRoot(
    [step('one', 'apt_install hello')],
    '/boot',
    Secret.of('https://example.org'),
  );
  const scripts = ['first-boot', 'functions', 'led', 'files/notify', 'steps/50-one'].map(
    (name) => `/usr/lib/pi-image/${name}`,
  );

  it.for([...scripts, '/usr/bin/pi-image-status'])('%s is sound for shellcheck', (name, context) => {
    const verdict = judge('shellcheck', [
      '-s',
      'sh',
      '-e',
      'SC1090,SC1091,SC2154',
      path.join(root.root, name),
    ]);
    if (!verdict) return context.skip('shellcheck is not installed');
    expect(verdict).toEqual({ status: 0, output: '' });
  });

  it('is units of what systemd 241 has, the one of Buster', () => {
    const known =
      'Description Documentation ConditionPathExists After Wants Requires WantedBy Type RemainAfterExit ExecStart ExecStop ExecReload ' +
      'KillMode TimeoutStopSec ' +
      'TimeoutStartSec Nice IOSchedulingClass IOSchedulingPriority OnBootSec OnUnitInactiveSec AccuracySec Restart RestartSec ' +
      'StartLimitBurst StartLimitIntervalSec LimitNOFILE LimitNPROC LimitCORE TasksMax Delegate OOMScoreAdjust';
    const folder = path.resolve(import.meta.dirname, '../../templates/rootfs/etc/systemd/system');
    const units = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.hbs'),
    );
    expect(units.length).toBeGreaterThan(3);
    for (const name of units) {
      const text = readFileSync(path.join(folder, name), 'utf8');
      const used = [...text.matchAll(/^([A-Za-z]+)=/gm)].map((match) => match[1]);
      expect(
        used.filter((one) => !known.split(' ').includes(one ?? '')),
        name,
      ).toEqual([]);
      // Before 244 a oneshot service cannot be restarted.
      if (text.includes('Type=oneshot')) expect(text, name).not.toContain('Restart=');
    }
  });

  it('is units that systemd understands', (context) => {
    const units = ['service', 'timer'].map((kind) => {
      const text = root.read(`/etc/systemd/system/pi-image-first-boot.${kind}`);
      const file = path.join(directory, `pi-image-first-boot.${kind}`);
      writeFileSync(file, text.replace('ExecStart=/usr/lib/pi-image/first-boot', 'ExecStart=/bin/true'));
      return file;
    });
    const verdict = judge('systemd-analyze', ['verify', '--man=no', ...units]);
    if (!verdict) return context.skip('systemd-analyze is not installed');
    expect(verdict.output.split('\n').filter((line) => line.includes('pi-image'))).toEqual([]);
  });
});

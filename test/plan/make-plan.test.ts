import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isDefaultPassword } from '../../src/content/credentials.ts';
import { builtInCustomizations } from '../../src/customizations/index.ts';
import { readFacts } from '../../src/image/facts/read-facts.ts';
import type { HostInput } from '../../src/model/host-input.ts';
import { Secret } from '../../src/model/secret.ts';
import type { Tree } from '../../src/model/tree.ts';
import { applyPlan } from '../../src/plan/apply.ts';
import { makePlan } from '../../src/plan/make-plan.ts';
import { checkPreconditions } from '../../src/plan/preconditions.ts';
import { verifyApplied } from '../../src/plan/verify.ts';
import { readHostInputs } from '../../src/spec/host-inputs.ts';
import { parseSpec } from '../../src/spec/parse.ts';
import { parseYaml } from '../../src/spec/yaml.ts';
import { buildTime, changedBy } from '../customizations/harness.ts';
import { bookwormDesktop, busterDesktop, busterLite, osTrees } from '../fixtures/os-trees.ts';

const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ3TZYAEvGXlMuUPFzIlBw7NfCyuhLyyZJXIvDu1mMZd me@desk';
const mine = { networks: [{ ssid: 'MyNet', password: 'correct horse' }], country: 'DE' };

const noInput = (name: string): never => {
  throw new Error(`no input ${name}`);
};

function planFor(tree: Tree, written: unknown, input: (asked: string) => HostInput = noInput) {
  const { settings } = parseSpec(written, builtInCustomizations);
  fillSecrets(settings);
  return makePlan({
    os: readFacts(tree, { isDefaultPassword }),
    customizations: builtInCustomizations,
    settings,
    now: buildTime,
    random: (purpose, bytes) => createHash('sha512').update(purpose).digest().subarray(0, bytes),
    input,
  });
}

function fillSecrets(value: unknown): void {
  if (value instanceof Secret) {
    if (!value.filled) value.fill('correct horse');
  } else if (typeof value === 'object' && value !== null) Object.values(value).forEach(fillSecrets);
}

function build(tree: Tree, written: unknown, input?: (asked: string) => HostInput) {
  const plan = planFor(tree, written, input);
  checkPreconditions(plan, tree);
  return { plan, changed: changedBy(tree, () => verifyApplied(applyPlan(plan, tree), tree)) };
}

describe('a plan', () => {
  it('of `--wifi MyNet` on Buster with desktop is ssh, Wi-Fi, VNC and Docker, and nothing else', () => {
    const { plan, changed } = build(busterDesktop(), { wifi: mine });
    expect(changed).toEqual({
      '/boot/cmdline.txt': '~ 0644 0:0',
      '/boot/config.txt': '~ 0644 0:0',
      '/etc/apt/apt.conf.d': '+ 0755 0:0 directory',
      '/etc/apt/apt.conf.d/99archived-release': '+ 0644 0:0',
      '/etc/apt/sources.list': '~ 0644 0:0',
      '/etc/dhcpcd.conf': '~ 0644 0:109',
      '/etc/docker': '+ 0755 0:0 directory',
      '/etc/docker/daemon.json': '+ 0644 0:0',
      '/etc/fake-hwclock.data': '~ 0644 0:0',
      '/etc/systemd/system/getty@tty1.service.d': '+ 0755 0:0 directory',
      '/etc/systemd/system/getty@tty1.service.d/autologin.conf': '+ 0644 0:0',
      '/etc/systemd/system/multi-user.target.wants/ssh.service': '+ -> /lib/systemd/system/ssh.service',
      '/etc/systemd/system/multi-user.target.wants/vncserver-x11-serviced.service':
        '+ -> /usr/lib/systemd/system/vncserver-x11-serviced.service',
      '/etc/systemd/system/pi-image-first-boot.service': '+ 0644 0:0',
      '/etc/systemd/system/pi-image-first-boot.timer': '+ 0644 0:0',
      '/etc/systemd/system/sshd.service': '+ -> /lib/systemd/system/ssh.service',
      '/etc/systemd/system/timers.target.wants': '+ 0755 0:0 directory',
      '/etc/systemd/system/timers.target.wants/pi-image-first-boot.timer':
        '+ -> ../pi-image-first-boot.timer',
      '/etc/wpa_supplicant/wpa_supplicant.conf': '~ 0600 0:0',
      '/usr/bin/pi-image-status': '+ 0755 0:0',
      '/usr/lib/pi-image': '+ 0755 0:0 directory',
      '/usr/lib/pi-image/first-boot': '+ 0755 0:0',
      '/usr/lib/pi-image/functions': '+ 0644 0:0',
      '/usr/lib/pi-image/led': '+ 0755 0:0',
      '/usr/lib/pi-image/steps': '+ 0755 0:0 directory',
      '/usr/lib/pi-image/steps/60-docker': '+ 0644 0:0',
      '/var/lib/systemd/rfkill/platform-3f300000.mmcnr:wlan': '~ 0644 0:0',
      '/var/lib/systemd/rfkill/platform-fe300000.mmcnr:wlan': '~ 0644 0:0',
    });
    expect(plan).toMatchObject({ sensitive: true, hostname: 'raspberrypi', login: { name: 'pi' } });
    const warnings = plan.advice.filter(({ level }) => level === 'warning').map(({ id }) => id);
    expect(warnings).toEqual(['vnc.default-password', 'ssh.default-password']);
    expect(plan.advice.slice(0, warnings.length).every(({ level }) => level === 'warning')).toBe(true);
  });

  const everything = {
    hostname: 'kitchen',
    user: { name: 'anna', password: 'correct horse' },
    ssh: { keys: [key] },
    wifi: mine,
    timezone: 'Europe/Berlin',
    locale: 'de_DE.UTF-8',
    keyboard: { layout: 'de' },
    packages: ['git'],
    files: [{ content: 'Host *\n', target: '/home/anna/.ssh/config', mode: '0600' }],
    'config-txt': { gpu_mem: 16, dtoverlay: ['a', 'b'] },
    cmdline: { add: ['ipv6.disable=1'] },
    'first-boot': { script: 'echo hello' },
  };

  it.each(Object.entries(osTrees))('done again changes nothing more of %s', (_, makeTree) => {
    const tree = makeTree();
    const { plan } = build(tree, everything);
    // The second time the account is renamed already, which a plan of its own sees.
    const again = planFor(tree, everything);
    expect(changedBy(tree, () => applyPlan(again, tree))).toEqual({});
    expect(again.firstBoot).toEqual(plan.firstBoot);
    expect(again.advice.filter(({ level }) => level === 'warning')).toEqual([]);
  });

  it.each(Object.entries(osTrees))('has no word of the old name left in %s', (_, makeTree) => {
    const tree = makeTree();
    build(tree, everything);
    const accounts = [
      'passwd',
      'shadow',
      'group',
      'gshadow',
      'subuid',
      'subgid',
      'sudoers.d/010_pi-nopasswd',
    ];
    const settings = ['lightdm/lightdm.conf', 'systemd/system/getty@tty1.service.d/autologin.conf'];
    for (const name of [...accounts, ...settings]) {
      expect(tree.readText(`/etc/${name}`) ?? '', name).not.toMatch(
        /(?<![\w-])(pi|rpi-first-boot-wizard)(?![\w-])/,
      );
    }
    for (const name of ['authorized_keys', 'config']) {
      expect(tree.stat(`/home/anna/.ssh/${name}`)).toMatchObject({ mode: 0o600, uid: 1000, gid: 1000 });
    }
    expect(tree.stat('/home/anna/.ssh')).toMatchObject({ mode: 0o700, uid: 1000, gid: 1000 });
    expect(tree.stat('/home/pi')).toBeUndefined();
    expect(tree.readText('/etc/hostname')).toBe('kitchen\n');
  });

  it('is the same for the same inputs', () => {
    const text = JSON.stringify(planFor(busterLite(), everything));
    expect(JSON.stringify(planFor(busterLite(), everything))).toBe(text);
  });

  it('says that nobody can log in where a desktop asks for its user, and leaves it at that', () => {
    const tree = bookwormDesktop();
    const { plan } = build(tree, { wifi: mine });
    expect(plan.advice.map(({ id }) => id)).toContain('user.unset');
    expect(tree.readText('/etc/lightdm/lightdm.conf')).toContain('rpi-first-boot-wizard');
  });

  it('refuses an image that would ask at its first boot', () => {
    const os = { ...readFacts(busterLite()), rootPartition: { partUuid: '6c586e13-02', last: false } };
    const inputs = { os, customizations: [], settings: {}, now: buildTime };
    const plan = () =>
      makePlan({ ...inputs, random: () => new Uint8Array(), input: () => expect.unreachable() });
    expect(plan).toThrow(/would stop and ask/);
  });
});

describe('the examples', () => {
  const folder = path.resolve(import.meta.dirname, '../../examples');

  // Those of fleets are of another shape, and planned device by device in test/guards/docs.test.ts.
  const names = readdirSync(folder).filter((name) => /^(?!fleet).*\.yaml$/.test(name));

  it.each(names)('%s makes a plan for the image that it names', async (name) => {
    const { value, locate } = parseYaml(readFileSync(path.join(folder, name), 'utf8'), name);
    const { image, settings } = parseSpec(value, builtInCustomizations, locate);
    expect(image).toMatch(/^raspbian-buster(-lite)?$/);
    const tree = image === 'raspbian-buster-lite' ? busterLite() : busterDesktop();
    const asked = builtInCustomizations.flatMap((one) => {
      const own = settings[one.name];
      return own === undefined ? [] : [...(one.inputs?.(own) ?? [])];
    });
    const { plan } = build(tree, value, await readHostInputs(asked, folder));
    expect(plan.advice.filter(({ level }) => level === 'warning').map(({ id }) => id)).toEqual(
      name === 'desktop-vnc.yaml' ? ['vnc.password-obfuscated'] : [],
    );
  });
});

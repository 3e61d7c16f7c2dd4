import { pbkdf2Sync } from 'node:crypto';
import { built } from './boot-image.ts';
import { expect } from './checks.ts';
import type { Guest } from './guest.ts';
import { joined } from './wifi-guest.ts';

/*
 * What has to hold on the running Pi. Each function looks, returns what it found as a text, and throws when that is
 * not what was promised.
 */

export async function login(guest: Guest): Promise<string> {
  const [name, user, made] = (await guest.run(`hostname; id -un; ${hostKeyIsYoung}`)).split('\n');
  expect(name === built.hostname, `the host is named "${name}" instead of "${built.hostname}"`);
  expect(user === built.user, `the key logs in as "${user}"`);
  expect(made === 'made here', 'the host key is older than the first boot: it came with the image');
  return `${user}@${name}, host key made by the Pi itself`;
}

/** Newer than the image, whose youngest file is what the build wrote. */
const hostKeyIsYoung = `[ /etc/ssh/ssh_host_ed25519_key -nt /etc/hostname ] && echo made here`;

export async function passwordIsRefused(guest: Guest): Promise<string> {
  const answer = await guest.knockWithoutKey();
  expect(/Permission denied \(publickey\)\.$/.test(answer), `ssh without the key was told: ${answer}`);
  const setting = await guest.run('sudo sshd -T | grep -i ^passwordauthentication');
  expect(setting.trim() === 'passwordauthentication no', `sshd -T says ${setting.trim()}`);
  return 'only publickey is offered';
}

/** undefined as long as it has not joined. */
export async function wifi(guest: Guest): Promise<string | undefined> {
  const found = await joined(guest);
  if (found === undefined) return undefined;
  const name = Buffer.from(found.ssid).toString();
  expect(name === built.ssid, `joined "${name}" instead of "${built.ssid}"`);
  return `wpa_state=COMPLETED, ssid=${name}, ${found.security}`;
}

/** The kernel has grown it while it was mounted, from the size that the image gave it. */
export async function rootFillsCard(guest: Guest): Promise<string> {
  const answer = await guest.run(
    'df --block-size=1M --output=size / | tail -n 1; lsblk -bdno SIZE "$(findmnt -no SOURCE /)"',
  );
  const [usable = 0, partition = 0] = answer.split('\n').map(Number);
  const whole = partition / 2 ** 20;
  expect(usable > whole * 0.9, `the root file system has ${usable} MiB of its partition's ${whole} MiB`);
  return `${usable} MiB of the card's ${Math.round(whole)} MiB are its file system's`;
}

/** As the login account, which shows that it is in the group; needs nothing but the guest's own busybox. */
export async function dockerRun(guest: Guest): Promise<string> {
  const image =
    'docker image inspect own >/dev/null 2>&1 || tar -cC / bin/busybox | docker import - own >/dev/null';
  const run = 'docker run --rm own /bin/busybox echo "hello from a container"';
  const printed = (await guest.run(`${image}; ${run}`, { within: 120 })).trim();
  expect(printed === 'hello from a container', `the container printed "${printed}"`);
  return printed;
}

/** The state dpkg has a package in while it is neither absent nor installed. */
export async function unfinishedPackage(guest: Guest, name: string): Promise<string | undefined> {
  const state = await guest.run(
    `dpkg-query --show --showformat='\${db:Status-Status}' ${name} 2>/dev/null || true`,
  );
  return ['', 'not-installed', 'config-files', 'installed'].includes(state) ? undefined : state;
}

/** dhcpcd hears of them, but must not ask for addresses there: it has taken Pis off the network with that. */
export async function dockerHasItsInterfaces(guest: Guest): Promise<string> {
  const journal = await guest.run('sudo journalctl --boot --no-pager --output=cat --unit=dhcpcd.service');
  expect(journal.includes('wlan0'), 'dhcpcd has told nothing');
  const line = /^(?:veth|docker|br-)\S*: (?:soliciting|probing|using|adding).*/m.exec(journal)?.[0];
  expect(line === undefined, `dhcpcd says "${line}"`);
  return 'left alone by dhcpcd';
}

interface Status {
  readonly state: string;
  readonly message: string;
  readonly steps: readonly {
    readonly name: string;
    readonly state: string;
    readonly attempts: number;
    readonly message: string;
  }[];
}

export async function status(guest: Guest): Promise<Status | undefined> {
  const text = await guest.run('cat /boot/pi-image/status.json 2>/dev/null || true');
  return text === '' ? undefined : (JSON.parse(text) as Status);
}

/** Docker takes minutes, so a login that waited for nothing comes before it. */
export async function stepsAreNotDoneYet(guest: Guest): Promise<string> {
  const state = (await status(guest))?.state ?? 'not begun';
  expect(state !== 'done', 'the first-boot steps were done before anybody could log in');
  return `the first-boot steps are ${state}`;
}

export async function allStepsAreDone(guest: Guest, names: readonly string[]): Promise<string> {
  const found = await status(guest);
  expect(found?.state === 'done', `status.json says ${found?.state}: ${found?.message}`);
  const states = found.steps.map(({ name, state }) => `${name} ${state}`).join(', ');
  expect(states === names.map((name) => `${name} done`).join(', '), `status.json says ${states}`);
  return states;
}

/** Neither the pass phrase nor the key derived from it (IEEE 802.11 J.4.1). */
export async function nothingSecretIsTold(guest: Guest): Promise<string> {
  const psk = pbkdf2Sync(built.passphrase, built.ssid, 4096, 32, 'sha1').toString('hex');
  const places = {
    'status.json': 'cat /boot/pi-image/status.json',
    'first-boot.log': 'cat /boot/pi-image/first-boot.log',
    'the journal': 'sudo journalctl --no-pager --output=cat',
    '/var/log': 'sudo find /var/log -type f -exec cat {} +',
  };
  for (const [place, command] of Object.entries(places)) {
    const text = await guest.run(command, { within: 120 });
    expect(text.length > 0, `${place} is empty`);
    for (const secret of [built.passphrase, psk])
      expect(!text.includes(secret), `${place} tells the Wi-Fi password`);
  }
  return Object.keys(places).join(', ');
}

/** After a restart: the timer is off, the unit was not started, the user's script ran that one time. */
export async function nothingRunsAgain(guest: Guest): Promise<string> {
  const timer = await guest.run('systemctl is-enabled pi-image-first-boot.timer || true');
  expect(timer.trim() === 'disabled', `the timer is ${timer.trim()}`);
  const journal = await guest.run(
    'sudo journalctl --boot --no-pager --output=cat --unit=pi-image-first-boot.service',
  );
  expect(!/Started|begin/.test(journal), `the first-boot unit ran again: ${journal.slice(0, 200)}`);
  const trace = (await guest.run(`cat ${built.scriptTrace}`)).trim().split('\n');
  expect(trace.length === 1, `the user's script ran ${trace.length} times`);
  return "the timer is off, the user's script ran once";
}

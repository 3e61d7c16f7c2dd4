import { expect } from '../checks.ts';
import { status } from '../expectations.ts';
import type { Guest } from '../guest.ts';
import { type Limits, until } from '../until.ts';
import { scriptTrace } from './image.ts';
import { probe } from './mirror.ts';

/**
 * Waits until the first boot is done, or the guest has ended, asking within the guest: a login takes a guest without KVM
 * seconds.
 */
export async function waitForEnd(guest: Guest, limits: Limits, within = 240): Promise<void> {
  const complete = '/var/lib/pi-image/complete';
  const ask = `for n in $(seq 20); do [ ! -e ${complete} ] || exec echo yes; /bin/sleep 0.5; done; echo no`;
  try {
    await until('the end of the first boot', { within, every: 0.2 }, limits, async () =>
      guest.hasEnded || (await guest.run(ask)).trim() === 'yes' ? true : undefined,
    );
  } catch (error) {
    const found = await status(guest).catch(() => undefined);
    throw new Error(`${(error as Error).message}; the status says ${JSON.stringify(found)}`, {
      cause: error,
    });
  }
}

/** After the end: all is there, dpkg is content, nothing is left over. Returns how often the script ran. */
export async function expectSound(guest: Guest): Promise<number> {
  const look = `
    sudo dpkg --audit
    dpkg-query --show --showformat='\${db:Status-Status}\\n' ${probe}
    ls /usr/lib/pi-image/steps 2>/dev/null
    sudo dmesg | grep -E 'EXT4-fs error|FAT-fs.*error' | head -n 3
    cat /var/lib/pi-image/status.json
    printf 'runs: %s' "$(wc -l <${scriptTrace})"`;
  const found = await guest.run(look);
  const state = /^installed\n(\{.*\})\s*runs: (\d+)$/s.exec(found.trim());
  expect(state !== null, `the Pi is not as it should be in the end: ${found}`);
  expect((JSON.parse(state[1] ?? '') as { state: string }).state === 'done', `the status says ${state[1]}`);
  return Number(state[2]);
}

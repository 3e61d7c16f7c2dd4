import path from 'node:path';
import { execa } from 'execa';
import { Guest, type GuestOptions, ownHostKey } from '../guest.ts';
import { tellMonitor } from '../monitor.ts';
import type { Session } from '../session.ts';
import { until } from '../until.ts';
import type { World } from './fault.ts';
import type { Mirror } from './mirror.ts';

const moment = 'ready';

/**
 * Boots once, up to where the first boot would begin, and keeps the machine as it is then. Each world begins there:
 * that takes seconds where a boot takes a minute.
 */
export async function withWorlds(
  { folder, limits }: Session,
  mirror: Mirror,
  options: GuestOptions,
  use: (newWorld: () => Promise<World>) => Promise<void>,
): Promise<void> {
  const disk = path.join(folder, 'worlds.qcow2');
  const monitor = path.join(folder, 'monitor');
  await execa('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', options.image, '-F', 'raw', disk]);
  const words = [...(options.words ?? []), 'systemd.mask=pi-image-first-boot.timer'];
  await using guest = await Guest.start({ ...ownHostKey(options, disk), monitor, words });
  await guest.waitForLogin(180);
  await until('the network', { within: 60 }, limits, async () =>
    (await guest.run('ip route show default')) === '' ? undefined : true,
  );
  await guest.run('sync');
  await tellMonitor(monitor, `savevm ${moment}`);
  await use(async () => {
    mirror.reset();
    await tellMonitor(monitor, `loadvm ${moment}`);
    await tellMonitor(monitor, 'set_link cable-card on');
    // Its clock is that of the kept state, to which the archive, signed anew, lies in the future.
    await guest.run(`sudo date -s @${Math.floor(Date.now() / 1000)}`);
    const plug = async (into: boolean): Promise<void> => {
      await tellMonitor(monitor, `set_link cable-card ${into ? 'on' : 'off'}`);
    };
    return { guest, mirror, plug, limits };
  });
}

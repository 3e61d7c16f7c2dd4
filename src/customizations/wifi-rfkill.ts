import { type EditDraft, write } from '../model/edit.ts';
import type { OsFacts } from '../model/os.ts';

const folder = '/var/lib/systemd/rfkill';

/** The radios of Pi 3 and Zero 2, and of Pi 4, as systemd names them since Linux 4.19.97; older kernels drop the `nr`. */
const boards = ['platform-3f300000.mmcnr:wlan', 'platform-fe300000.mmcnr:wlan'];

/**
 * Images since 2020-02 start with the radio blocked until raspi-config is told a country. systemd-rfkill restores
 * what these files say, `1` for blocked; which of them counts depends on board and kernel, so all say `0`.
 */
export function unblockEdits(os: OsFacts): EditDraft[] {
  const known = os.rfkillWlan.map((path) => path.slice(path.lastIndexOf('/') + 1));
  const names = new Set([...known, ...(os.release ? boards : [])]);
  return [...names].sort().map((name) => write(`${folder}/${name}`, '0\n'));
}

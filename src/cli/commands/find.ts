import { findPis, waitForPi } from '../../find/find.ts';
import { localNetworks } from '../../find/sweep.ts';
import { PiImageError } from '../../model/errors.ts';
import type { ProgramContext } from '../program.ts';
import { writeOut } from '../ui/standard-output.ts';
import { describeHosts, readyText } from './find-text.ts';

export interface FindFlags {
  readonly wait?: string;
  readonly timeout?: string;
  readonly user: string;
  readonly scan?: boolean;
  readonly json?: boolean;
}

/** Seconds: answers come at once, but the Pi may have to be asked twice; and a first boot takes its time. */
const defaultTimeout = { find: 4, wait: 600 };

export async function runFind(flags: FindFlags, { signal }: ProgramContext): Promise<void> {
  const seconds = secondsIn(flags.timeout) ?? defaultTimeout[flags.wait === undefined ? 'find' : 'wait'];
  const options = { timeout: seconds * 1000, platform: process.platform, signal };
  if (flags.wait !== undefined) {
    const user = userIn(flags.user);
    const host = await waitForPi(flags.wait, options);
    const ssh = `${user}@${host.name}`;
    await writeOut(flags.json ? `${JSON.stringify({ ...host, ssh })}\n` : readyText(host, ssh));
    return;
  }
  const hosts = await findPis({ ...options, ...(flags.scan && { sweep: localNetworks() }) });
  if (flags.json) for (const host of hosts) await writeOut(`${JSON.stringify(host)}\n`);
  else await writeOut(describeHosts(hosts, flags.scan ?? false));
}

function secondsIn(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (/^\d{1,6}(\.\d{1,3})?$/.test(text) && seconds > 0) return seconds;
  throw new PiImageError('usage.invalid', `--timeout ${JSON.stringify(text)} is no number of seconds`);
}

/** What is printed is meant to be pasted into a shell. */
function userIn(text: string): string {
  if (/^[a-z_][a-z0-9_-]{0,31}$/.test(text)) return text;
  throw new PiImageError('usage.invalid', `--user ${JSON.stringify(text)} is no user name`);
}

import type { OsFacts } from '../model/os.ts';
import type { Context } from './customization.ts';

type Settings = Pick<Context, 'settings'>;

/** True where the image has no password yet and would ask for a user on its screen (userconf-pi, since 2022-04). */
export function asksForUser({ firstUser, firstUserPassword }: OsFacts): boolean {
  return firstUser !== undefined && ['none', 'locked'].includes(firstUserPassword);
}

/** Whether the settings let somebody log in: by a password, its hash, or ssh keys. */
export function givesAccess({ settings }: Settings): boolean {
  const ssh = settings['ssh'] as { enabled?: boolean; keys?: readonly unknown[] } | undefined;
  return hasPassword({ settings }) || (ssh?.enabled !== false && (ssh?.keys?.length ?? 0) > 0);
}

/** Whether the finished image can be logged into with the password that everybody knows. */
export function keepsDefaultPassword({ os, settings }: Pick<Context, 'os' | 'settings'>): boolean {
  return os.firstUserPassword === 'default' && !hasPassword({ settings });
}

function hasPassword({ settings }: Settings): boolean {
  const user = settings['user'] as { password?: unknown; 'password-hash'?: unknown } | undefined;
  return user?.password !== undefined || user?.['password-hash'] !== undefined;
}

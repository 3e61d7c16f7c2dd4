import type { OsFacts } from '../../model/os.ts';
import { linesOf } from './lines.ts';

/** Says whether a hash of /etc/shadow is that of the password everybody knows, `raspberry`. */
export type IsDefaultPassword = (hash: string) => boolean;

/** What /etc/shadow says of an account's password; the hash itself goes nowhere. shadow(5). */
export function passwordState(
  shadow: string,
  user: string,
  isDefaultPassword: IsDefaultPassword = () => false,
): OsFacts['firstUserPassword'] {
  const record = linesOf(shadow).find((line) => line.startsWith(`${user}:`));
  const hash = record?.split(':')[1] ?? '';
  if (hash === '') return 'none';
  if (/^[!*]/.test(hash)) return 'locked';
  return isDefaultPassword(hash) ? 'default' : 'set';
}

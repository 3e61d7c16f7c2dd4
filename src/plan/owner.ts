import type { Owner } from '../model/edit.ts';
import { PiImageError } from '../model/errors.ts';
import type { OsFacts } from '../model/os.ts';
import type { Login } from '../model/plan.ts';

export type ResolveOwner = (owner: Owner, from: string) => { uid: number; gid: number };

/** Names become numbers through the image's own accounts; the login account is known by its new name too. */
export function ownerResolver(os: Pick<OsFacts, 'users' | 'groups'>, login: Login | undefined): ResolveOwner {
  const users = new Map(os.users.map((user) => [user.name, user.uid]));
  const groups = new Map(os.groups.map((group) => [group.name, group.gid]));
  if (login) {
    users.set(login.name, login.uid);
    if (!groups.has(login.name)) groups.set(login.name, login.gid);
  }
  return (owner, from) => ({
    uid: lookUp(owner.user, users, 'user', from),
    gid: lookUp(owner.group, groups, 'group', from),
  });
}

function lookUp(
  value: number | string,
  ids: ReadonlyMap<string, number>,
  what: string,
  from: string,
): number {
  if (typeof value === 'number') return value;
  const id = ids.get(value);
  if (id !== undefined) return id;
  throw new PiImageError('plan.unsuitable', `${from}: the image has no ${what} "${value}"`, {
    help: `use a number, or one of: ${[...ids.keys()].join(', ')}`,
  });
}

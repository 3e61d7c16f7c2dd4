import type { Account } from '../../model/os.ts';
import { linesOf, wholeNumber } from './lines.ts';

/** Accounts of /etc/passwd; lines that are none (NIS entries, damage) are left out. passwd(5). */
export function parsePasswd(text: string): readonly Account[] {
  return linesOf(text).flatMap((line) => {
    const [name = '', , uidText, gidText, , home = '', shell = ''] = line.split(':');
    const [uid, gid] = [wholeNumber(uidText), wholeNumber(gidText)];
    return name === '' || uid === undefined || gid === undefined ? [] : [{ name, uid, gid, home, shell }];
  });
}

import type { Group } from '../../model/os.ts';
import { linesOf, wholeNumber } from './lines.ts';

/** Groups of /etc/group; lines that are none are left out. group(5). */
export function parseGroup(text: string): readonly Group[] {
  return linesOf(text).flatMap((line) => {
    const [name = '', , gidText, members = ''] = line.split(':');
    const gid = wholeNumber(gidText);
    if (name === '' || gid === undefined) return [];
    return [{ name, gid, members: members.split(',').filter((member) => member !== '') }];
  });
}

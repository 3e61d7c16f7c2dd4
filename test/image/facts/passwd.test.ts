import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGroup } from '../../../src/image/facts/group.ts';
import { parsePasswd } from '../../../src/image/facts/passwd.ts';
import { passwordState } from '../../../src/image/facts/shadow.ts';

describe('parsePasswd', () => {
  it('reads accounts and leaves out what is none', () => {
    const text =
      'root:x:0:0:root:/root:/bin/bash\n+::::::\n\n#pi:x:1:1::/:\n:x:1:1::/:\npi:x:1000:1000:,,,:/home/pi:/bin/bash\r\nx:x:-1:0::/:\ny:x:1e3:0::/:\nz:x:99999999999:0::/:\nshort:x:7';
    expect(parsePasswd(text)).toEqual([
      { name: 'root', uid: 0, gid: 0, home: '/root', shell: '/bin/bash' },
      { name: '#pi', uid: 1, gid: 1, home: '/', shell: '' },
      { name: 'pi', uid: 1000, gid: 1000, home: '/home/pi', shell: '/bin/bash' },
    ]);
  });
});

describe('parseGroup', () => {
  it('reads groups and their members', () => {
    expect(parseGroup('sudo:x:27:pi,anna\nspi:x:999:\nempty:x:5\nbad:x:y:pi\n:x:1:\nx:x:1:,pi,,\n')).toEqual([
      { name: 'sudo', gid: 27, members: ['pi', 'anna'] },
      { name: 'spi', gid: 999, members: [] },
      { name: 'empty', gid: 5, members: [] },
      { name: 'x', gid: 1, members: ['pi'] },
    ]);
  });
});

describe('passwordState', () => {
  const state = (field: string) =>
    passwordState(`pi-lot:x:1::::::\npi:${field}:1:0:99999:7:::\n`, 'pi', (hash) => hash === '$6$default');

  it.each([
    ['', 'none'],
    ['*', 'locked'],
    ['!', 'locked'],
    ['!$6$default', 'locked'],
    ['$6$default', 'default'],
    ['$6$other', 'set'],
  ])('of the field %j is %s', (field, expected) => expect(state(field)).toBe(expected));

  it('of an account that has no record is none', () => {
    expect(passwordState('pi-lot:x:1::::::\n', 'pi')).toBe('none');
    expect(passwordState('', 'pi')).toBe('none');
  });
});

it('none of them fails, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      parsePasswd(text);
      parseGroup(text);
      passwordState(text, 'pi');
    }),
  );
});

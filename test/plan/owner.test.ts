import { describe, expect, it } from 'vitest';
import { PiImageError } from '../../src/model/errors.ts';
import { ownerResolver } from '../../src/plan/owner.ts';

const os = {
  users: [{ name: 'pi', uid: 1000, gid: 1000, home: '/home/pi', shell: '/bin/sh' }],
  groups: [{ name: 'adm', gid: 4, members: [] }],
};

describe('ownerResolver', () => {
  it('knows numbers, the accounts of the image, and the login account by its new name', () => {
    const resolve = ownerResolver(os, { name: 'cook', uid: 1000, gid: 1000, home: '/home/cook' });
    expect(resolve({ user: 'pi', group: 'adm' }, 'files')).toEqual({ uid: 1000, gid: 4 });
    expect(resolve({ user: 'cook', group: 'cook' }, 'files')).toEqual({ uid: 1000, gid: 1000 });
    expect(resolve({ user: 70000, group: 0 }, 'files')).toEqual({ uid: 70000, gid: 0 });
  });

  it('says who is not there, and who is', () => {
    const resolve = () => ownerResolver(os, undefined)({ user: 'nobody', group: 0 }, 'files');
    expect(resolve).toThrow(PiImageError);
    expect(resolve).toThrow('files: the image has no user "nobody"');
  });
});

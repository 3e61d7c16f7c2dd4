import { describe, expect, it } from 'vitest';
import { isWord, setWords } from '../../src/content/words.ts';

const buster =
  'console=serial0,115200 console=tty1 root=PARTUUID=9730496b-02 rootfstype=ext4 fsck.repair=yes rootwait quiet init=/usr/lib/raspi-config/init_resize.sh';
const set = (text: string, add: string[], remove: string[] = []) =>
  setWords(text, { op: 'words', add, remove });

describe('setWords', () => {
  it('appends after init= and keeps the line unended, as the Imager writes it', () => {
    expect(set(buster, ['cgroup_enable=memory', 'swapaccount=1'])).toBe(
      `${buster} cgroup_enable=memory swapaccount=1`,
    );
    expect(set(`${buster}\n`, ['quiet'])).toBe(`${buster}\n`);
  });

  it('leaves what the resize script removes removable', () => {
    const after = set(buster, ['cgroup_enable=memory'], ['quiet']);
    expect(after.replace(/ init=\/usr\/lib\/raspi-config\/init_resize\.sh/, '')).not.toContain('init=');
    expect(set('console=tty1 init=/x rootwait', [], ['console=tty1'])).toBe('rootwait init=/x');
  });

  it('replaces the value of a key, but adds to keys that may be repeated', () => {
    expect(set('a=1 b root=x', ['a=2'])).toBe('a=2 b root=x');
    expect(set('a=1 b a=2', ['a=1'])).toBe('b a=1');
    expect(set('console=tty1', ['console=ttyAMA0'])).toBe('console=tty1 console=ttyAMA0');
    expect(set('cgroup_enable=cpuset', ['cgroup_enable=memory'])).toBe(
      'cgroup_enable=cpuset cgroup_enable=memory',
    );
  });

  it('adds before systemd.run, whose script cuts off the rest of the line', () => {
    const run =
      'root=x systemd.run=/boot/firstrun.sh systemd.run_success_action=reboot systemd.unit=kernel-command-line.target';
    const after = set(run, ['cgroup_enable=memory']);
    expect(after.replace(/ systemd\.run.*/, '')).toBe('root=x cgroup_enable=memory');
    expect(set(`${run} late=1`, ['late=2'])).toMatch(/^root=x late=2 systemd\.run=/);
  });

  it('adds before the arguments of init', () => {
    expect(set('root=x -- single', ['quiet'])).toBe('root=x quiet -- single');
  });

  it('makes one line of it: no byte order mark, carriage return or blank lines', () => {
    expect(set('\ufeff\r\nroot=x  rootwait \r\n\r\n', [])).toBe('root=x rootwait\n');
  });

  it('refuses two lines rather than guessing which one the firmware takes', () => {
    expect(() => set('root=x\nroot=y\n', ['quiet'])).toThrow(/more than one line/);
  });

  it('keeps quoted spaces together', () => {
    expect(set('root=x dyndbg="file a +p; file b +p" quiet', [], ['quiet'])).toBe(
      'root=x dyndbg="file a +p; file b +p"',
    );
  });
});

describe('isWord', () => {
  it.each(['quiet', 'a=b', 'a="b c"', 'root=PARTUUID=1-02'])('takes %s', (word) =>
    expect(isWord(word)).toBe(true),
  );
  it.each(['', ' ', 'a b', 'a\n', 'a="b', 'ä', ' a', 'a '])('refuses %j', (word) =>
    expect(isWord(word)).toBe(false),
  );
});

import { describe, expect, it } from 'vitest';
import { change, directory, type Edit, link, write } from '../../src/model/edit.ts';
import { PiImageError } from '../../src/model/errors.ts';
import { mergeEdits } from '../../src/plan/merge.ts';

const from = (name: string, edit: ReturnType<typeof write>): Edit => ({ ...edit, from: name });

describe('mergeEdits', () => {
  it('keeps the order, and does once what is asked twice', () => {
    const edits = [from('a', write('/x', '1')), from('b', link('/y', 'z')), from('b', write('/x', '1'))];
    expect(mergeEdits(edits)).toEqual({ edits: edits.slice(0, 2), advice: [] });
  });

  it('lets changes of one file add up, after it is written too', () => {
    const edits = [
      from('a', write('/x', '1')),
      from('b', change('/x', { op: 'ensure-lines', lines: ['2'] })),
      from('c', change('/x', { op: 'ensure-lines', lines: ['3'] })),
    ];
    expect(mergeEdits(edits).edits).toEqual(edits);
  });

  it.each([
    ['two contents', write('/x', '1'), write('/x', '2')],
    ['a file and a link', write('/x', '1'), link('/x', 'y')],
    ['a change and then a new content', change('/x', { op: 'ensure-lines', lines: ['2'] }), write('/x', '2')],
    ['a link and a change', link('/x', 'y'), change('/x', { op: 'ensure-lines', lines: ['2'] })],
    ['two modes', write('/x', '1', { mode: 0o600 }), write('/x', '1', { mode: 0o644 })],
  ])('refuses %s, naming both sides', (_what, first, second) => {
    try {
      mergeEdits([from('wifi', first), from('ssh', second)]);
      expect.unreachable();
    } catch (error) {
      expect(PiImageError.is(error) && error.code).toBe('plan.conflict');
      expect((error as Error).message).toMatch(/wifi .*ssh .*\/x/);
    }
  });

  it('lets one complete what the other says of a directory', () => {
    const owner = { user: 1000, group: 1000 };
    const edits = [
      from('ssh', directory('/home/pi/.ssh', { mode: 0o700, owner })),
      from('files', directory('/home/pi/.ssh', { owner })),
    ];
    expect(mergeEdits(edits).edits).toEqual(edits);
    expect(() => mergeEdits([...edits, from('x', directory('/home/pi/.ssh', { mode: 0o755 }))])).toThrow(
      /ssh .*x .*\.ssh/,
    );
  });

  it('goes through a folder of 100,000 files, which are compared path by path', () => {
    const edits = Array.from({ length: 100_000 }, (_, index) => from('files', write(`/srv/${index}`, 'x')));
    expect(mergeEdits([...edits, ...edits]).edits).toHaveLength(100_000);
  });

  it("prefers the user's own file, and says so", () => {
    const own = from('files', write('/etc/hostname', 'mine'));
    const { edits, advice } = mergeEdits([from('hostname', write('/etc/hostname', 'kitchen')), own]);
    expect(edits).toEqual([own]);
    expect(advice).toMatchObject([{ level: 'note', id: 'files.replaces' }]);
  });
});

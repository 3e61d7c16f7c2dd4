import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Results } from '../../scripts/boot/faults/results.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

const directory = temporaryDirectory();

describe('results of faults', () => {
  it('are kept, tried again unless recovered, and counted', () => {
    const file = path.join(directory, 'results.json');
    const first = new Results(file);
    first.add({ name: 'portal', injected: 'a | b', told: 'not\nsigned', seconds: 12.6, state: 'done' });
    first.add({ name: 'slow', injected: 'c', state: 'never came' });
    const second = new Results(file);
    expect([second.isDone('portal'), second.isDone('slow'), second.isDone('other')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(second.table().split('\n').slice(2)).toEqual([
      '| portal | a \\| b | not signed | 13 | done |',
      '| slow | c |  |  | never came |',
      '',
      '1 of 2 recovered; 0 more cards were only looked at, and sound',
    ]);
    second.add({ name: 'card', injected: 'd', state: 'done' });
    second.add({ name: 'slow', injected: 'c', seconds: 1, state: 'done' });
    expect(new Results(file).table()).toContain('2 of 2 recovered; 1 more');
    expect(new Results().table()).toContain('0 of 0 recovered');
  });
});

import { describe, expect, it } from 'vitest';
import { createMemoryVolume } from '../../src/image/memory.ts';
import { mountTree } from '../../src/image/tree.ts';
import { bytesSource } from '../../src/model/content.ts';
import { change, type EditDraft, write } from '../../src/model/edit.ts';
import { PiImageError } from '../../src/model/errors.ts';
import type { Plan, Precondition } from '../../src/model/plan.ts';
import type { Tree } from '../../src/model/tree.ts';
import { checkPreconditions } from '../../src/plan/preconditions.ts';
import { factsOf } from '../fixtures/os-trees.ts';

function makeTree(): Tree {
  const root = createMemoryVolume({ size: 10_000 });
  for (const path of ['/boot', '/zones', '/zones/Europe', '/zones/Europe/Isle']) root.makeDirectory(path);
  for (const name of ['UTC', 'Europe/Berlin', 'Europe/Berne', 'Europe/Isle/Of']) {
    root.write(`/zones/${name}`, bytesSource(new Uint8Array()));
  }
  root.write('/big', bytesSource(new Uint8Array(4000)));
  const boot = createMemoryVolume({ size: 1000 });
  return mountTree([
    { at: '/', volume: root },
    { at: '/boot', volume: boot },
  ]);
}

function failure(preconditions: readonly Precondition[], drafts: readonly EditDraft[] = []) {
  const tree = makeTree();
  const edits = drafts.map((draft) => ({ ...draft, from: 'test' }));
  const plan: Plan = {
    version: 1,
    os: factsOf(tree),
    edits,
    preconditions,
    firstBoot: [],
    preloads: [],
    advice: [],
    hostname: '',
    sensitive: false,
  };
  try {
    checkPreconditions(plan, tree);
    return undefined;
  } catch (error) {
    if (PiImageError.is(error)) return error;
    throw error;
  }
}

const zone = (name: string): Precondition => ({
  path: `/zones/${name}`,
  message: `no zone ${name}`,
  suggestFrom: '/zones',
});

describe('what a plan builds on', () => {
  it('must be there', () => {
    expect(failure([zone('Europe/Berlin'), zone('UTC')])).toBeUndefined();
    expect(failure([{ path: '/none', message: 'nothing' }])).toMatchObject({
      code: 'plan.precondition',
      message: 'nothing',
      help: undefined,
    });
  });

  it('is suggested when it is only misspelt', () => {
    expect(failure([zone('Europe/Berlim')])?.help).toBe('did you mean Europe/Berlin, Europe/Berne?');
    expect(failure([zone('Utc')])?.help).toBe('did you mean UTC?');
    expect(failure([zone('Mars/Olympus')])?.help).toBeUndefined();
    expect(failure([{ ...zone('x'), suggestFrom: '/nowhere' }])?.message).toBe('no zone x');
  });

  it('is told of all at once', () => {
    expect(failure([zone('a'), zone('UTC'), zone('b')])?.problems.map(({ message }) => message)).toEqual([
      'no zone a',
      'no zone b',
    ]);
  });
});

describe('the room for a plan', () => {
  const bytes = (size: number) => new Uint8Array(size);

  it('is counted for each partition by itself, before anything is written', () => {
    expect(failure([], [write('/a', bytes(5000)), write('/boot/b', bytes(900))])).toBeUndefined();
    const full = failure([], [write('/a', bytes(5000)), write('/b', bytes(2000))]);
    expect(full).toMatchObject({ code: 'image.no-space' });
    expect(full?.message).toContain('/b');
    expect(failure([], [write('/boot/a', bytes(600)), write('/boot/b', bytes(600))])?.message).toContain(
      '/boot/b',
    );
  });

  it('counts what a file that is replaced gives back, and files of the build machine by their size', () => {
    expect(failure([], [write('/big', bytes(9000))])).toBeUndefined();
    expect(failure([], [write('/x', { hostFile: '/h', size: 9000 })])?.code).toBe('image.no-space');
  });

  it('leaves small changes of text out', () => {
    const append = change(
      '/boot/x',
      { op: 'ensure-lines', lines: ['x'.repeat(2000)] },
      { ifMissing: 'create' },
    );
    expect(failure([], [append])).toBeUndefined();
  });
});

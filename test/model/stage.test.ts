import { expect, test } from 'vitest';
import type { BuildEvent } from '../../src/model/events.ts';
import { runStage } from '../../src/model/stage.ts';

const without = ({ code, ...rest }: BuildEvent) => ({ code, ...rest, milliseconds: undefined });

test('a stage tells of its beginning, its progress and its end', async () => {
  const events: BuildEvent[] = [];
  const result = await runStage(
    { stage: 'write', subject: 'out.img', total: 100, onEvent: (event) => events.push(event) },
    async (progress) => {
      progress(40);
      return 'done';
    },
  );
  expect(result).toBe('done');
  expect(events.map(without)).toEqual([
    { code: 'stage.started', stage: 'write', subject: 'out.img', total: 100 },
    { code: 'stage.progress', stage: 'write', done: 40, total: 100 },
    { code: 'stage.finished', stage: 'write', bytes: 100 },
  ]);
});

test('a stage that fails has no end', async () => {
  const events: BuildEvent[] = [];
  const fail = () => {
    throw new Error('broken');
  };
  const stage = {
    stage: 'edit',
    subject: 'demo',
    onEvent: (event: BuildEvent) => void events.push(event),
  } as const;
  await expect(runStage(stage, fail)).rejects.toThrow('broken');
  expect(events.map(({ code }) => code)).toEqual(['stage.started']);
});

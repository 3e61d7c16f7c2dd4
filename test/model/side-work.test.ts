import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SideWork } from '../../src/model/side-work.ts';

describe('side work', () => {
  it('is waited for in the end', async () => {
    const done: string[] = [];
    const side = new SideWork();
    side.add(sleep(20).then(() => done.push('slow')));
    side.add(Promise.resolve().then(() => done.push('quick')));
    await side.end();
    expect(done).toEqual(['quick', 'slow']);
  });

  it('that fails is told when it is asked for, not before', async () => {
    const side = new SideWork();
    side.add(Promise.reject(new Error('no disk')));
    side.add(sleep(5));
    await sleep(10);
    await expect(side.end()).rejects.toThrow('no disk');
  });

  it('is waited for in silence by an owner who gives up', async () => {
    let isDone = false;
    const giveUp = async (): Promise<void> => {
      await using side = new SideWork();
      side.add(Promise.reject(new Error('no disk')));
      side.add(
        sleep(20).then(() => {
          isDone = true;
        }),
      );
      throw new Error('enough');
    };
    await expect(giveUp()).rejects.toThrow('enough');
    expect(isDone).toBe(true);
  });

  it('that fails is the reason of what its owner fails of', async () => {
    const side = new SideWork();
    side.add(sleep(10).then(() => Promise.reject(new Error('no disk'))));
    const failing = side.beside(async () => {
      throw new Error('nothing there');
    });
    await expect(failing).rejects.toThrow('no disk');
  });

  it('that is well leaves its owner what it does', async () => {
    const side = new SideWork();
    side.add(sleep(5));
    expect(await side.beside(async () => 'done')).toBe('done');
    await expect(side.beside(() => Promise.reject(new Error('a fault of its own')))).rejects.toThrow('own');
  });
});

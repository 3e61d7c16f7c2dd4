import { describe, expect, it } from 'vitest';
import { packages } from '../../src/customizations/packages.ts';
import { busterLite, factsOf } from '../fixtures/os-trees.ts';
import { contribution } from './harness.ts';

const steps = (names: readonly string[]) => contribution(packages, names, factsOf(busterLite()));

describe('packages', () => {
  it('are installed at the first boot, each once, in one step', () => {
    expect(steps(['git', 'g++', 'git'])).toEqual({
      firstBoot: [
        {
          name: 'packages',
          title: 'Install 2 packages',
          order: 50,
          script: 'apt_install git g++\n',
          needs: ['network', 'clock', 'apt'],
          spaceMiB: 200,
        },
      ],
    });
    expect(steps(['git']).firstBoot?.[0]?.title).toBe('Install git');
    expect(steps([])).toEqual({});
  });

  it.each(['-y', 'git=1', 'a;reboot', '$(x)', 'Git', 'a b', '../x', 'x/buster', 'git\n', 'a', ''])(
    'refuse the name %j, which could be more than a name',
    (name) => expect(packages.schema.safeParse([name]).success).toBe(false),
  );
});

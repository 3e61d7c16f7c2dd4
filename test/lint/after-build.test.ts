import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { advised, lintModeOf, requireNoErrors, unadvised } from '../../src/lint/after-build.ts';
import { builtInRules } from '../../src/lint/index.ts';
import type { LintFinding } from '../../src/lint/lint-image.ts';
import { PiImageError } from '../../src/model/errors.ts';

const finding = (rule: string, level: LintFinding['level'] = 'warning'): LintFinding => ({
  ...{ rule, level, path: '/etc/shadow', line: 3, message: 'the password is known', help: 'change it' },
});
const advice = { level: 'warning', id: 'vnc.default-password', message: 'VNC is on' } as const;

describe('unadvised', () => {
  it('leaves out what the advice of the plan has said, and nothing else', () => {
    const found = [finding('default-password'), finding('wifi-secrets'), finding('default-password')];
    expect(unadvised(found, [advice]).map(({ rule }) => rule)).toEqual(['wifi-secrets']);
    expect(unadvised(found, [])).toEqual(found);
  });

  it('knows only rules and advice that there are', () => {
    const rules = builtInRules.map(({ id }) => id);
    expect(Object.keys(advised).filter((id) => !rules.includes(id))).toEqual([]);
    const source = ['customizations', 'plan'].flatMap((room) => {
      const folder = path.resolve(import.meta.dirname, '../../src', room);
      return readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'utf8'));
    });
    const isGiven = (id: string) => source.some((text) => text.includes(`id: '${id}'`));
    expect(
      Object.values(advised)
        .flat()
        .filter((id) => !isGiven(id)),
    ).toEqual([]);
  });
});

describe('lintModeOf', () => {
  it('tells what it finds, unless something else is wanted', () => {
    expect(
      [{}, { lint: 'off' }, { lint: 'error' }, { public: true }].map((one) => lintModeOf(one as object)),
    ).toEqual(['warn', 'off', 'error', 'error']);
    expect(lintModeOf({ lint: 'error', public: true })).toBe('error');
  });

  it.each(['off', 'warn'] as const)('refuses %s for an image for everybody', (lint) => {
    expect(() => lintModeOf({ lint, public: true })).toThrow(
      expect.objectContaining({ code: 'usage.invalid' }),
    );
  });
});

describe('requireNoErrors', () => {
  it('lets warnings and notes pass', () => {
    expect(() => requireNoErrors([finding('a'), finding('b', 'note')], true)).not.toThrow();
  });

  it('refuses errors, each with its place, its rule and what to do', () => {
    try {
      requireNoErrors([finding('wifi-secrets', 'error'), finding('a')], true);
      expect.unreachable();
    } catch (error) {
      expect(PiImageError.is(error) && [error.code, error.problems]).toEqual([
        'plan.not-public',
        [{ message: '/etc/shadow:3: the password is known (wifi-secrets)', help: 'change it' }],
      ]);
    }
  });

  it('says of an image that is not for everybody how to make it all the same', () => {
    expect(() => requireNoErrors([finding('cmdline-lines', 'error')], false)).toThrow(
      expect.objectContaining({ code: 'plan.lint', help: expect.stringContaining('--lint warn') }),
    );
  });
});

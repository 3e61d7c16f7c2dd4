import { describe, expect, it } from 'vitest';
import type { OutputFormat } from '../../src/output/format.ts';
import { checkLevel, hasLevel, levels } from '../../src/output/level.ts';

describe('checkLevel', () => {
  it('takes what each format has, and nothing besides', () => {
    for (const [format, { least, most, usual }] of Object.entries(levels)) {
      const accepts = (level: number): boolean => {
        try {
          checkLevel(level, [format as OutputFormat]);
          return true;
        } catch {
          return false;
        }
      };
      expect([least - 1, least, usual, most, most + 1, least + 0.5, Number.NaN].map(accepts)).toEqual([
        false,
        true,
        true,
        true,
        false,
        false,
        false,
      ]);
    }
  });

  it('says what a format has', () => {
    expect(() => checkLevel(12, ['.img.zst', '.zip'])).toThrow(
      expect.objectContaining({
        code: 'output.format',
        message: '.zip has no compression level 12',
        help: expect.stringContaining('from 1 (fast) to 9 (small)'),
      }),
    );
  });

  it('refuses a level that nothing is compressed at, and no level never', () => {
    expect(() => checkLevel(6, ['.img', '.pipatch'])).toThrow(
      expect.objectContaining({
        code: 'output.format',
        message: expect.stringContaining('.img and .pipatch'),
      }),
    );
    checkLevel(undefined, ['.img', '.pipatch']);
    checkLevel(0, ['.img', '.img.xz', '.pipatch']);
    expect((['.img', '.pipatch', '.zip'] as const).map(hasLevel)).toEqual([false, false, true]);
  });
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { generatedFiles } from '../../scripts/generate.ts';
import { root } from './source-files.ts';

describe('generated files', () => {
  it.each(Object.entries(generatedFiles()))('%s is current (else: npm run generate)', (name, text) => {
    expect(readFileSync(path.join(root, name), 'utf8')).toBe(text);
  });
});

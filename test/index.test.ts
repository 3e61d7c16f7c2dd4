import { describe, expect, it } from 'vitest';
import * as library from '../src/index.ts';

describe('the public API', () => {
  it('is what was agreed', () => {
    expect(Object.keys(library).sort()).toMatchInlineSnapshot(`
      [
        "PiImageError",
        "Secret",
        "applyPatch",
        "build",
        "buildRelease",
        "builtInCustomizations",
        "builtInRules",
        "change",
        "defineCustomization",
        "diffImages",
        "directory",
        "entryDifferences",
        "explain",
        "findImage",
        "link",
        "lintImage",
        "listImages",
        "mend",
        "move",
        "openBase",
        "parseManifest",
        "personalize",
        "plan",
        "planPersonalization",
        "remove",
        "reproduce",
        "verify",
        "write",
      ]
    `);
  });
});

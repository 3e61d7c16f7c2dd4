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
        "buildFleet",
        "buildRelease",
        "builtInCustomizations",
        "builtInRules",
        "change",
        "defineCustomization",
        "diffImages",
        "directory",
        "entryDifferences",
        "expandFleet",
        "explain",
        "findImage",
        "link",
        "lintImage",
        "listImages",
        "mend",
        "move",
        "openBase",
        "parseCsvList",
        "parseManifest",
        "parseYamlList",
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

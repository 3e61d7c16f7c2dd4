import { z } from 'zod';
import { aptRepairs, isArchived } from './archived-release.ts';
import { defineCustomization } from './customization.ts';

export const aptSources = defineCustomization({
  name: 'apt-sources',
  summary: 'Point apt to where the packages of an old release are now',
  schema: z.strictObject({
    repair: z
      .boolean()
      .default(true)
      .describe(
        'Replace addresses that no longer answer and accept that archived releases are not signed anew',
      ),
  }),
  whenUnset: (os) => (isArchived(os) ? { repair: true } : undefined),
  contribute({ repair }, { os }) {
    if (!repair || !isArchived(os)) return {};
    return { edits: aptRepairs(os) };
  },
});

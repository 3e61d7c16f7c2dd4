import { z } from 'zod';
import { isWord } from '../content/words.ts';
import { change } from '../model/edit.ts';
import { defineCustomization } from './customization.ts';

/** Words that decide whether the Pi boots at all, and that the first boot of the image looks for and rewrites. */
const vital = /^(?:root|init|rootfstype)=|^(?:rootwait|resize)$/;

const word = z
  .string()
  .refine(isWord, { error: 'must be one word of printable ASCII, with spaces only inside double quotes' })
  .refine((text) => !vital.test(text), {
    error: 'this word decides how the Pi boots and is changed by its first boot, so it stays as it is',
  });

export const cmdline = defineCustomization({
  name: 'cmdline',
  summary: 'Words of the kernel command line',
  schema: z
    .strictObject({
      add: z.array(word).default([]).describe('Words to add; key=value replaces another value of that key'),
      remove: z.array(word).default([]).describe('Words to remove, exactly as they stand there'),
    })
    .refine(({ add, remove }) => !add.some((one) => remove.includes(one)), {
      error: 'the same word is to be added and removed',
    }),
  contribute: ({ add, remove }, { os }) => ({
    edits:
      add.length + remove.length === 0
        ? []
        : [change(`${os.bootDir}/cmdline.txt`, { op: 'words', add, remove })],
  }),
});

import { z } from 'zod';
import { change, type EditDraft } from '../model/edit.ts';
import type { TextChange } from '../model/text-change.ts';
import { defineCustomization } from './customization.ts';

/** Settings that count each time they are given. */
const repeatable = new Set(['dtoverlay', 'dtparam', 'gpio', 'include', 'initramfs']);
/** Those that are written without an equals sign. */
const commands = new Set(['include', 'initramfs']);

/** The firmware drops what follows the 98th character of a line. */
const longestLine = 98;

const key = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]*(?::[01])?$/, 'a setting of config.txt is a word such as gpu_mem');
const value = z
  .union([
    z.string().regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$|^$/, 'must be printable ASCII on one line'),
    z.number(),
    z.boolean().transform(Number),
  ])
  .transform(String);
const entry = z.tuple([key, value]).refine(([name, text]) => `${name}=${text}`.length <= longestLine, {
  error: `longer than ${longestLine} characters; the firmware drops the rest of such a line`,
});

export const configTxt = defineCustomization({
  name: 'config-txt',
  summary: 'Settings of the firmware in config.txt',
  schema: z
    .record(z.string(), z.union([value, z.array(value)]))
    .superRefine((settings, context) => {
      for (const [name, values] of Object.entries(settings)) {
        if (Array.isArray(values) && !repeatable.has(name)) {
          context.addIssue({ code: 'custom', message: `${name} can have one value only`, path: [name] });
        }
        for (const one of [values].flat()) {
          const { error } = entry.safeParse([name, one]);
          if (error)
            context.addIssue({ code: 'custom', message: error.issues[0]?.message ?? '', path: [name] });
        }
      }
    })
    .describe(
      'Settings of config.txt, for all boards: name: value; dtoverlay, dtparam and the like take lists too',
    ),
  contribute(settings, { os }) {
    const changes = Object.entries(settings).map(([name, values]): TextChange => {
      if (!repeatable.has(name))
        return { op: 'set', style: 'config.txt', values: { [name]: String(values) } };
      const lines = [values].flat().map((one) => `${name}${commands.has(name) ? ' ' : '='}${one}`);
      return { op: 'ensure-lines', style: 'config.txt', lines };
    });
    const edits = changes.map(
      (one): EditDraft => change(`${os.bootDir}/config.txt`, one, { ifMissing: 'create' }),
    );
    return { edits };
  },
});

import { z } from 'zod';
import { change, remove } from '../model/edit.ts';
import { defineCustomization } from './customization.ts';

const folder = '/usr/share/X11/xkb/symbols';

const names = (what: string) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_-]*(?:,[A-Za-z0-9_-]*)*$/, `${what} is a name, or several with commas between them`);

/** The console keeps a compiled copy of the old layout and prefers it, so that goes; it is made again at boot. */
export const keyboard = defineCustomization({
  name: 'keyboard',
  summary: 'Keyboard layout',
  schema: z.strictObject({
    layout: names('a layout')
      .min(1)
      .refine((layout) => !layout.split(',').includes('uk'), { error: 'the British layout is called "gb"' })
      .describe('Layout, such as de, gb or us; several with commas between them'),
    variant: names('a variant').default('').describe('Variant of the layout, such as nodeadkeys'),
    model: names('a model').optional().describe('Model of the keyboard, such as pc105'),
  }),
  contribute: ({ layout, variant, model }) => ({
    preconditions: layout.split(',').map((one) => ({
      path: `${folder}/${one}`,
      message: `this image knows no keyboard layout "${one}"`,
      suggestFrom: folder,
    })),
    edits: [
      change(
        '/etc/default/keyboard',
        {
          op: 'set',
          style: 'shell',
          values: { ...(model !== undefined && { XKBMODEL: model }), XKBLAYOUT: layout, XKBVARIANT: variant },
        },
        { ifMissing: 'create' },
      ),
      remove('/etc/console-setup/cached_setup_keyboard.sh'),
    ],
  }),
});

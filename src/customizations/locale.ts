import { z } from 'zod';
import { shellWord } from '../content/quote.ts';
import { change } from '../model/edit.ts';
import { defineCustomization } from './customization.ts';

const folder = '/usr/share/i18n/locales';

/**
 * A locale has to be compiled on the Pi. Until that is done LANG stays what it was, because a LANG that does not
 * exist makes every perl and apt complain.
 */
export const locale = defineCustomization({
  name: 'locale',
  summary: 'Language and formats, such as de_DE.UTF-8',
  schema: z
    .string()
    .regex(
      /^(?:[a-z]{2,3}_[A-Z]{2}(?:\.(?:UTF-8|utf-?8))?(?:@[a-z]+)?|C\.UTF-8)$/,
      'a locale is language_COUNTRY.UTF-8, such as de_DE.UTF-8',
    )
    .transform((name) => name.replace(/\.utf-?8/i, '').replace(/(@|$)/, '.UTF-8$1'))
    .describe('Language and formats: language_COUNTRY.UTF-8, such as de_DE.UTF-8'),
  contribute(name) {
    if (name === 'C.UTF-8') {
      const set = { op: 'set', style: 'shell', values: { LANG: name } } as const;
      return { edits: [change('/etc/default/locale', set, { ifMissing: 'create' })] };
    }
    const definition = name.replace('.UTF-8', '');
    return {
      preconditions: [
        {
          path: `${folder}/${definition}`,
          message: `this image knows no locale "${name}"`,
          suggestFrom: folder,
        },
      ],
      edits: [
        change('/etc/locale.gen', { op: 'ensure-lines', lines: [`${name} UTF-8`] }, { ifMissing: 'create' }),
      ],
      firstBoot: [
        {
          name: 'locale',
          title: `Generate the locale ${name}`,
          order: 30,
          needs: [],
          script: `locale-gen\nupdate-locale ${shellWord(`LANG=${name}`)}\n`,
        },
      ],
    };
  },
});

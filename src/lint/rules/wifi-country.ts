import { countryCode, likelyCountry } from '../../customizations/countries.ts';
import { change, type EditDraft } from '../../model/edit.ts';
import { commandLine } from '../command-line.ts';
import { findLine } from '../files.ts';
import type { LintContext, Rule } from '../rule.ts';
import { wpaFiles } from '../wpa-conf.ts';

interface Country {
  readonly path: string;
  readonly line: number;
  /** The setting up to its value: `country=`. */
  readonly key: string;
  readonly value: string;
}

export const wifiCountry: Rule = {
  id: 'wifi-country',
  level: 'warning',
  summary: 'a Wi-Fi country that is none',
  why: 'The kernel knows two capital letters of ISO 3166, GB and not UK; anything else counts as no country.',
  fix: 'write the two capital letters of the country',
  check: (context) =>
    wrong(context).map(({ path, line, value }) => {
      const right = correct(value);
      return {
        path,
        line,
        message: `"${value}" is no country`,
        ...(right && { help: `write ${right}` }),
      };
    }),
  mend: (context) =>
    wrong(context).flatMap(({ path, key, value }): EditDraft[] => {
      const right = correct(value);
      if (right === undefined || !/^[A-Za-z]+$/.test(value)) return [];
      return [change(path, { op: 'replace-text', from: key + value, to: key + right, word: true })];
    }),
};

function correct(value: string): string | undefined {
  return likelyCountry(value) ?? countryCode(value);
}

function wrong(context: LintContext): readonly Country[] {
  const { tree } = context;
  const { path, words } = commandLine(context);
  const key = 'cfg80211.ieee80211_regdom=';
  const word = words.findLast((one) => one.startsWith(key));
  const crda = findLine(tree, '/etc/default/crda', /^REGDOMAIN=\S/);
  const all: Country[] = [
    ...wpaFiles(context).flatMap((file) =>
      file.globals
        .filter((one) => one.key === 'country')
        .map(({ value, line }) => ({ path: file.path, line, key: 'country=', value })),
    ),
    ...(word === undefined ? [] : [{ path, line: 1, key, value: word.slice(key.length) }]),
    ...(crda
      ? [
          {
            path: '/etc/default/crda',
            line: crda.number,
            key: 'REGDOMAIN=',
            value: crda.text.slice('REGDOMAIN='.length).replace(/["']/g, '').trim(),
          },
        ]
      : []),
  ];
  // 00 is the world's domain, which some set on purpose.
  return all.filter(({ value }) => value !== '00' && countryCode(value) !== value);
}

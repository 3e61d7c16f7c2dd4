import { commandLine } from '../command-line.ts';
import { activeLines } from '../files.ts';
import { connections, isWifi } from '../keyfiles.ts';
import type { Finding, LintContext, Rule } from '../rule.ts';
import { settingOf, wpaFiles } from '../wpa-conf.ts';

export const wifiCountryMissing: Rule = {
  id: 'wifi-country-missing',
  level: 'warning',
  summary: 'Wi-Fi without a country',
  why: 'Without one the radio keeps to what is allowed everywhere: channels 12 and 13 and most of 5 GHz stay silent, and since 2020 the radio may stay off.',
  fix: 'set the two letters of the country (wifi.country)',
  check: (context) => (hasCountry(context) ? [] : [...inWpaFiles(context), ...inConnections(context)]),
};

/** Said once for all networks. */
function hasCountry(context: LintContext): boolean {
  return (
    commandLine(context).words.some((word) => word.startsWith('cfg80211.ieee80211_regdom=')) ||
    (context.os.version > 10 &&
      activeLines(context.tree, '/etc/default/crda').some(({ text }) => /^REGDOMAIN=\S/.test(text)))
  );
}

const message = 'networks are set up, but no country';

function inWpaFiles(context: LintContext): readonly Finding[] {
  if (context.os.network === 'network-manager') return [];
  return wpaFiles(context)
    .filter(({ networks, globals }) => networks.length > 0 && settingOf(globals, 'country') === undefined)
    .map(({ path }) => ({ path, message }));
}

function inConnections(context: LintContext): readonly Finding[] {
  const [first] = connections(context).filter(isWifi);
  return first === undefined
    ? []
    : [
        {
          path: commandLine(context).path,
          message,
          help: 'add cfg80211.ieee80211_regdom= with the two letters of the country (wifi.country)',
        },
      ];
}

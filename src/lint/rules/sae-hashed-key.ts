import { connections, isWifi } from '../keyfiles.ts';
import type { Finding, LintContext, Rule } from '../rule.ts';
import { settingOf, wpaFiles } from '../wpa-conf.ts';

const derived = /^[0-9a-f]{64}$/i;

export const saeHashedKey: Rule = {
  id: 'sae-hashed-key',
  level: 'warning',
  summary: 'WPA3 with a derived key instead of the password',
  why: 'WPA3 (SAE) needs the password itself; a key that was derived from it works for WPA2 only.',
  fix: 'store the password (wifi.networks[].psk: passphrase), or let the network be WPA2',
  check: (context) => [...inWpaFiles(context), ...inConnections(context)],
};

const message = 'the network is WPA3, but only a derived key is there';

function inWpaFiles(context: LintContext): readonly Finding[] {
  return wpaFiles(context).flatMap(({ path, networks }) =>
    networks
      .filter(
        ({ settings }) =>
          /\bSAE\b/.test(settingOf(settings, 'key_mgmt') ?? '') &&
          settingOf(settings, 'sae_password') === undefined &&
          derived.test(settingOf(settings, 'psk') ?? ''),
      )
      .map(({ line }) => ({ path, line, message })),
  );
}

function inConnections(context: LintContext): readonly Finding[] {
  return connections(context)
    .filter(isWifi)
    .flatMap(({ path, settings }) => {
      const value = (key: string) => settings.find((one) => one.key === key);
      const psk = value('psk');
      return value('key-mgmt')?.value === 'sae' && psk && derived.test(psk.value)
        ? [{ path, line: psk.line, message }]
        : [];
    });
}

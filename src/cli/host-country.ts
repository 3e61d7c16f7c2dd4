/**
 * Country of this computer by its locale settings: `de_DE.UTF-8` → DE. Undefined where none is set, as in most
 * containers: Node's own default of en-US would then be a guess, and a wrong radio country breaks Wi-Fi.
 */
export function hostCountry(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string | undefined {
  const locale = env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || '';
  const fromLocale = /^[a-z]{2,3}[_-]([A-Z]{2})\b/.exec(locale)?.[1];
  if (fromLocale) return fromLocale;
  if (platform !== 'darwin' && platform !== 'win32') return undefined;
  return new Intl.Locale(new Intl.DateTimeFormat().resolvedOptions().locale).region;
}

import type { SetValues } from '../model/text-change.ts';
import { setInConfigTxt } from './config-txt.ts';
import { setInIni } from './ini.ts';
import { oneLine } from './quote.ts';
import { setInShellSettings } from './shell-settings.ts';
import { setInSshdConfig } from './sshd-config.ts';

/** Sets `key=value` settings the way the reader of that file takes them. */
export function setValues(text: string, change: SetValues): string {
  for (const [key, value] of Object.entries(change.values)) {
    oneLine(value, `the setting ${key}`);
    if (!/^[^\s=#;[\]][^\n\r=#[\]]*$/.test(key) || key !== key.trim()) {
      throw new Error(`${JSON.stringify(key)} is not a key of a setting`);
    }
  }
  switch (change.style) {
    case 'config.txt':
      return setInConfigTxt(text, change.values);
    case 'sshd':
      return setInSshdConfig(text, change.values);
    case 'ini':
      return setInIni(text, change.section, change.values);
    case 'shell':
      return setInShellSettings(text, change.values);
  }
}

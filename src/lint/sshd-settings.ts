import { activeLines, pathsIn } from './files.ts';
import type { LintContext } from './rule.ts';

const main = '/etc/ssh/sshd_config';
const dropIns = '/etc/ssh/sshd_config.d';

/** Keyword, in lower case, and its first argument, in lower case. */
type Setting = readonly [keyword: string, value: string];

/**
 * Whether sshd lets anybody in by a password. It takes the first value it meets (sshd_config(5)); where a Match block
 * has another, that counts for somebody.
 */
export function takesPasswords({ tree }: LintContext): boolean {
  const settings = settingsOf(tree, main);
  return (
    isOn(settings, ['passwordauthentication']) ||
    isOn(settings, ['kbdinteractiveauthentication', 'challengeresponseauthentication'])
  );
}

function isOn(settings: readonly Setting[], keywords: readonly string[]): boolean {
  const match = settings.findIndex(([keyword]) => keyword === 'match');
  const general = match < 0 ? settings : settings.slice(0, match);
  const isAsked = ([keyword]: Setting): boolean => keywords.includes(keyword);
  const first = general.find(isAsked)?.[1] ?? 'yes';
  const forSomebody = settings.slice(general.length).filter(isAsked);
  return first !== 'no' || forSomebody.some(([, value]) => value !== 'no');
}

/** In the order that sshd reads them, which puts drop-ins where their Include is. */
function settingsOf(tree: LintContext['tree'], path: string): readonly Setting[] {
  return activeLines(tree, path).flatMap(({ text }): readonly Setting[] => {
    const [, keyword = '', value = ''] = /^\s*([^\s=]+)[\s=]+"?([^\s"]*)/.exec(text.toLowerCase()) ?? [];
    if (keyword === 'include' && path === main && value === `${dropIns}/*.conf`) {
      return pathsIn(tree, dropIns, /\.conf$/).flatMap((name) => settingsOf(tree, name));
    }
    return keyword === '' ? [] : [[keyword, value]];
  });
}

import { change } from '../../model/edit.ts';
import { activeLines } from '../files.ts';
import type { LintContext, Rule } from '../rule.ts';

const hosts = '/etc/hosts';

export const hostsHostname: Rule = {
  id: 'hosts-hostname',
  level: 'warning',
  summary: 'a host name that /etc/hosts does not know',
  why: 'sudo says "unable to resolve host" each time, and waits for the network before it does.',
  fix: 'have a line "127.0.1.1 <host name>" in /etc/hosts',
  check: (context) =>
    isKnown(context) ? [] : [{ path: hosts, message: `no line names "${context.os.hostname}"` }],
  mend: (context) => {
    const { hostname } = context.os;
    if (isKnown(context) || !/^[A-Za-z0-9][A-Za-z0-9.-]*$/.test(hostname)) return [];
    return [
      change(
        hosts,
        { op: 'replace-line', where: '127.0.1.1', line: `127.0.1.1\t${hostname}` },
        { ifMissing: 'create' },
      ),
    ];
  },
};

function isKnown({ tree, os }: LintContext): boolean {
  if (os.hostname === '' || os.hostname === 'localhost') return true;
  const names = activeLines(tree, hosts).flatMap(({ text }) =>
    text.replace(/#.*/, '').trim().split(/\s+/).slice(1),
  );
  return names.some((name) => name.toLowerCase() === os.hostname.toLowerCase());
}

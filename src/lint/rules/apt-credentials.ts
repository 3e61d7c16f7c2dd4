import { activeLines, pathsIn } from '../files.ts';
import type { LintContext, Rule } from '../rule.ts';

const inAddress = /:\/\/[^/\s@:]*:[^/\s@]+@/;
const inAuth = /\bpassword\s+\S/;

export const aptCredentials: Rule = {
  id: 'apt-credentials',
  level: 'warning',
  leak: true,
  summary: 'passwords for package archives',
  why: 'A private archive or a proxy is open to everybody who gets the image.',
  fix: 'take the password out of the file; where the Pi needs one, add it on the Pi (apt_auth.conf(5))',
  check: (context) =>
    places(context).flatMap(({ path, pattern }) =>
      activeLines(context.tree, path)
        .filter(({ text }) => pattern.test(text))
        .map(({ number: line }) => ({ path, line, message: 'apt has a password here' })),
    ),
};

function places({ tree }: LintContext): readonly { readonly path: string; readonly pattern: RegExp }[] {
  return [
    ...['/etc/apt/auth.conf', ...pathsIn(tree, '/etc/apt/auth.conf.d')].map((path) => ({
      path,
      pattern: inAuth,
    })),
    ...[
      '/etc/apt/sources.list',
      ...pathsIn(tree, '/etc/apt/sources.list.d'),
      '/etc/apt/apt.conf',
      ...pathsIn(tree, '/etc/apt/apt.conf.d'),
    ].map((path) => ({ path, pattern: inAddress })),
  ];
}

import { findLine, isFilled } from '../files.ts';
import { homesOf } from '../homes.ts';
import type { LintContext, Rule } from '../rule.ts';

const settings: Readonly<Record<string, RegExp>> = {
  '/root/.vnc/config.d/vncserver-x11': /^\s*(?:Password|AdminPassword|ViewOnlyPassword)\s*=\s*\S/i,
  '/etc/wayvnc/config': /^\s*password\s*=\s*\S/,
};

export const vncPassword: Rule = {
  id: 'vnc-password',
  level: 'note',
  leak: true,
  summary: 'a password of the VNC server',
  why: 'VNC servers keep it as plain text or under a key that everybody knows, so whoever has the image can read it.',
  fix: 'publish the image without it; use the password for nothing else',
  check: (context) => [
    ...Object.entries(settings).flatMap(([path, pattern]) => {
      const found = findLine(context.tree, path, pattern);
      return found ? [{ path, line: found.number, message: 'the VNC password can be read here' }] : [];
    }),
    ...passwordFiles(context).map((path) => ({ path, message: 'the VNC password can be read here' })),
  ],
};

function passwordFiles(context: LintContext): readonly string[] {
  return homesOf(context)
    .map(({ path }) => `${path}/.vnc/passwd`)
    .filter((path) => isFilled(context.tree, path));
}

import { entryAt } from '../files.ts';
import type { LintContext, Rule } from '../rule.ts';
import { vncServer } from '../services.ts';

const defaultTarget = '/etc/systemd/system/default.target';

export const vncWithoutDesktop: Rule = {
  id: 'vnc-without-desktop',
  level: 'warning',
  summary: 'VNC on, without a desktop to show',
  why: 'The VNC server shares a screen; without a desktop it says "Cannot currently show the desktop" or does not start.',
  fix: 'start from an image with desktop and let it boot into it (graphical.target), or switch VNC off',
  check: (context) => {
    const server = vncServer(context);
    if (server === undefined) return [];
    if (!context.os.desktop)
      return [{ path: '/etc/systemd/system', message: `${server} starts, but there is no desktop` }];
    return bootsToConsole(context)
      ? [{ path: defaultTarget, message: `${server} starts, but the desktop does not` }]
      : [];
  },
};

function bootsToConsole({ tree }: LintContext): boolean {
  return (
    entryAt(tree, defaultTarget)?.kind === 'link' &&
    !tree.readLink(defaultTarget).endsWith('/graphical.target')
  );
}

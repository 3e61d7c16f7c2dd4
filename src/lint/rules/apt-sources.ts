import { aptRepairs, goneArchives } from '../../customizations/archived-release.ts';
import { activeLines, pathsIn } from '../files.ts';
import type { LintContext, Rule } from '../rule.ts';

const main = '/etc/apt/sources.list';

export const aptSources: Rule = {
  id: 'apt-sources',
  level: 'warning',
  summary: 'package archives that are gone',
  why: 'The archives of old releases have moved; at the old address apt finds nothing and every installation fails.',
  fix: 'point apt to where the packages are now; `pi-image build` does (apt-sources)',
  check: (context) =>
    [main, ...pathsIn(context.tree, '/etc/apt/sources.list.d', /\.(?:list|sources)$/)].flatMap((path) =>
      goneLines(context, path).map(({ number: line }) => ({
        path,
        line,
        message: `the archive of ${context.os.codename} is no longer there`,
      })),
    ),
  mend: (context) => (goneLines(context, main).length > 0 ? aptRepairs(context.os) : []),
};

function goneLines({ tree, os }: LintContext, path: string) {
  const gone = goneArchives(os);
  return activeLines(tree, path).filter(({ text }) => gone.some((address) => text.includes(address)));
}

import { type EditDraft, remove } from '../../model/edit.ts';
import { activeLines, entryAt, pathsIn } from '../files.ts';
import type { Finding, LintContext, Rule } from '../rule.ts';

const policy = '/usr/sbin/policy-rc.d';

export const buildLeftovers: Rule = {
  id: 'build-leftovers',
  level: 'warning',
  leak: true,
  summary: 'what a build in a chroot forgot to take away',
  why: 'policy-rc.d keeps newly installed services from starting, and apt waits for a proxy that only the builder has.',
  fix: 'delete the file, or the line',
  check: (context) => [
    ...present(context).map(({ path, message }) => ({ path, message })),
    ...proxies(context),
  ],
  mend: (context): EditDraft[] => present(context).map(({ path }) => remove(path)),
};

function present({ tree }: LintContext): readonly { readonly path: string; readonly message: string }[] {
  const emulators = pathsIn(tree, '/usr/bin', /^qemu-[a-z0-9_]+-static$/);
  return [
    ...(entryAt(tree, policy)
      ? [{ path: policy, message: 'services that are installed later will not start' }]
      : []),
    ...emulators
      // An image may have the emulator from its own package, which brings several.
      .filter(() => emulators.length <= 2)
      .map((path) => ({ path, message: 'an emulator is left over from the build' })),
  ];
}

function proxies({ tree }: LintContext): readonly Finding[] {
  return ['/etc/apt/apt.conf', ...pathsIn(tree, '/etc/apt/apt.conf.d')].flatMap((path) =>
    activeLines(tree, path)
      .filter(({ text }) => /^\s*(?!\/\/)Acquire::https?::Proxy\s/i.test(text) && !/DIRECT/.test(text))
      .map(({ number: line }) => ({ path, line, message: 'apt fetches through a proxy of the builder' })),
  );
}

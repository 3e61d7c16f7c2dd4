import { PiImageError } from '../model/errors.ts';
import type { Advice } from '../model/plan.ts';
import type { LintFinding } from './lint-image.ts';

/** Rules that see in a finished image what a plan has already given advice about. */
export const advised: Readonly<Record<string, readonly string[]>> = {
  'cmdline-lines': ['image.command-line'],
  'cmdline-root': ['image.root'],
  'default-password': ['ssh.default-password', 'vnc.default-password'],
  'device-identity': ['image.used'],
  'look-alike': ['image.look-alike'],
  'machine-id': ['image.used'],
  'no-login': ['user.unset'],
  'partition-after-root': ['image.root-not-last'],
  'partition-reference': ['image.root'],
  'partuuid-elsewhere': ['files.partuuid'],
  'ssh-host-keys': ['image.used'],
  'text-format': ['files.line-ends'],
  'vnc-password': ['vnc.password-obfuscated'],
  'wifi-country-missing': ['wifi.no-country'],
};

/** What lint finds and the plan has not said. */
export function unadvised(
  findings: readonly LintFinding[],
  advice: readonly Advice[],
): readonly LintFinding[] {
  const said = new Set(advice.map(({ id }) => id));
  return findings.filter(({ rule }) => !advised[rule]?.some((id) => said.has(id)));
}

/** What comes of what lint finds in a finished image: it is not looked for, is told, or ends the build where it is an error. */
export type LintMode = 'off' | 'warn' | 'error';

export interface LintWish {
  /** @default 'warn'; 'error' for an image that is for everybody */
  readonly lint?: LintMode;
  /** @default false */
  readonly public?: boolean;
}

/** @throws PiImageError `usage.invalid` when what is for everybody is to be made whatever lint finds */
export function lintModeOf({ lint, public: isPublic = false }: LintWish): LintMode {
  if (!isPublic) return lint ?? 'warn';
  if (lint === undefined || lint === 'error') return 'error';
  throw new PiImageError(
    'usage.invalid',
    `lint: ${lint} contradicts public: nothing for everybody is made with a leak or an error in it`,
    { help: 'leave --lint out, or make an image that is not for everybody: a release with --no-public' },
  );
}

/**
 * @throws PiImageError when there is an error: `plan.not-public` for an image for everybody, of which leaks are errors
 * too; `plan.lint` for any other
 */
export function requireNoErrors(findings: readonly LintFinding[], isPublic: boolean): void {
  const errors = findings.filter(({ level }) => level === 'error');
  if (errors.length === 0) return;
  const problems = errors.map(({ rule, path, line, message, help }) => ({
    message: `${path}${line === undefined ? '' : `:${line}`}: ${message} (${rule})`,
    help,
  }));
  if (isPublic) {
    throw new PiImageError('plan.not-public', 'this image is not fit to be published', {
      problems,
      help: 'leave secrets out of what is published, or make an image that is not for everybody: without --public, a release with --no-public',
    });
  }
  throw new PiImageError('plan.lint', 'lint finds errors in this image', {
    problems,
    help: 'put them right, or make it all the same: --lint warn',
  });
}

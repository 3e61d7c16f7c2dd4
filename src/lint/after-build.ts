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

/** @throws PiImageError `plan.not-public` when there is an error; with leaks as errors, an image that is not for everybody. */
export function requirePublishable(findings: readonly LintFinding[]): void {
  const errors = findings.filter(({ level }) => level === 'error');
  if (errors.length === 0) return;
  throw new PiImageError('plan.not-public', 'this image is not fit to be published', {
    problems: errors.map(({ rule, path, line, message, help }) => ({
      message: `${path}${line === undefined ? '' : `:${line}`}: ${message} (${rule})`,
      help,
    })),
    help: 'leave secrets out of what is published, or make an image that is not for everybody: without --public, a release with --no-public',
  });
}

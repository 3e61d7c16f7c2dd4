import { builtInRules } from './index.ts';
import type { Finding, Level, LintContext, Rule } from './rule.ts';

export interface LintOptions {
  /** The image is for everybody: rules about leaks become errors. @default false */
  readonly public?: boolean;
  /** @default builtInRules */
  readonly rules?: readonly Rule[];
  /** @default now */
  readonly now?: Date;
}

export interface LintFinding extends Finding {
  /** Id of the rule. */
  readonly rule: string;
  readonly level: Level;
  readonly help: string;
}

export interface LintReport {
  /** Errors first; within a level in the order of the rules, then by path and line. */
  readonly findings: readonly LintFinding[];
  readonly counts: Readonly<Record<Level, number>>;
}

/** Looks an open image over for leaks and faults; changes nothing. What it cannot read is a PiImageError. */
export function lintImage(image: Omit<LintContext, 'now'>, options: LintOptions = {}): LintReport {
  const { rules = builtInRules, now = new Date() } = options;
  const context: LintContext = { ...image, now };
  const findings = rules.flatMap((rule) => findingsOf(rule, context, options.public ?? false));
  const byLevel = levels.map((level) => findings.filter((finding) => finding.level === level));
  const [error = [], warning = [], note = []] = byLevel;
  return {
    findings: byLevel.flat(),
    counts: { error: error.length, warning: warning.length, note: note.length },
  };
}

const levels: readonly Level[] = ['error', 'warning', 'note'];

function findingsOf(rule: Rule, context: LintContext, isPublic: boolean): readonly LintFinding[] {
  const leak = isPublic && rule.leak ? 'error' : undefined;
  return rule
    .check(context)
    .map((finding) => ({
      rule: rule.id,
      ...finding,
      level: leak ?? finding.level ?? rule.level,
      help: finding.help ?? rule.fix,
    }))
    .sort((a, b) => (a.path === b.path ? (a.line ?? 0) - (b.line ?? 0) : a.path < b.path ? -1 : 1));
}

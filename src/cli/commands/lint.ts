import path from 'node:path';
import { type MendResult, mend } from '../../build/mend.ts';
import { openBase } from '../../build/open-base.ts';
import { packageVersion } from '../../content/package-version.ts';
import { builtInRules } from '../../lint/index.ts';
import { type LintReport, lintImage } from '../../lint/lint-image.ts';
import type { Rule } from '../../lint/rule.ts';
import { PiImageError } from '../../model/errors.ts';
import { nearest } from '../../model/nearest.ts';
import { buildTime } from '../build-request.ts';
import { answerNo } from '../exit-code.ts';
import { type OpenFlags, openOptions } from '../open-options.ts';
import type { ProgramContext } from '../program.ts';
import { countFindings, describeFindings, describeMended } from '../ui/lint-text.ts';
import { paintFor } from '../ui/paint.ts';
import { chooseRenderer } from '../ui/renderer.ts';
import { sarifLog } from '../ui/sarif.ts';
import { writeOut } from '../ui/standard-output.ts';

interface LintFlags extends OpenFlags {
  readonly public?: boolean;
  readonly skip?: readonly string[];
  readonly sarif?: boolean;
  readonly fix?: boolean;
  readonly output?: string;
  readonly overwrite?: boolean;
}

/** Exit code 0 when there are no errors, 1 when there are; warnings and notes are told, no more. */
export async function runLint(image: string, flags: LintFlags, context: ProgramContext): Promise<void> {
  checkFlags(flags);
  const rules = rulesWithout(flags.skip ?? []);
  const now = buildTime(process.env['SOURCE_DATE_EPOCH']) ?? new Date();
  const renderer = chooseRenderer(flags, process.stderr, process.env);
  const lint = { rules, now, public: flags.public ?? false };
  const directory = process.cwd();
  const options = { ...openOptions(flags, renderer, context.signal), ...lint, directory };
  try {
    if (flags.output === undefined) {
      using opened = await openBase({ image, directory }, options);
      const report = lintImage(opened.image, lint);
      renderer.close();
      return await printReport(report, rules, image, flags);
    }
    const output = path.resolve(flags.output);
    const result = await mend(image, { ...options, output, overwrite: flags.overwrite ?? false });
    renderer.close();
    await printReport(result.after, rules, image, flags, result);
  } finally {
    renderer.close();
  }
}

function checkFlags({ fix = false, output }: LintFlags): void {
  if (fix === (output !== undefined)) return;
  throw new PiImageError(
    'usage.invalid',
    fix ? 'where the mended image goes is not said' : '--output is for --fix, which is missing',
    { help: 'write `--fix -o OUT`: the image itself stays as it is' },
  );
}

function rulesWithout(skipped: readonly string[]): readonly Rule[] {
  const ids = builtInRules.map(({ id }) => id);
  for (const id of skipped) {
    if (ids.includes(id)) continue;
    const near = nearest(id, ids);
    throw new PiImageError('usage.invalid', `there is no rule "${id}" to skip`, {
      help: near.length > 0 ? `did you mean ${near.join(', ')}?` : 'docs/lint.md lists all rules',
    });
  }
  return builtInRules.filter(({ id }) => !skipped.includes(id));
}

async function printReport(
  report: LintReport,
  rules: readonly Rule[],
  image: string,
  flags: LintFlags,
  mended?: MendResult,
): Promise<void> {
  if (report.counts.error > 0) process.exitCode = answerNo;
  if (flags.sarif) {
    const log = sarifLog({ findings: report.findings, rules, image, version: packageVersion() });
    return writeOut(`${JSON.stringify(log, null, 2)}\n`);
  }
  if (flags.json) return writeOut(jsonLines(report, mended));
  if (mended) process.stderr.write(describeMended(mended, paintFor(process.stderr)));
  await writeOut(describeFindings(report.findings, paintFor(process.stdout)));
  process.stderr.write(`${countFindings(report) || (mended ? 'nothing is left' : 'nothing was found')}\n`);
}

function jsonLines({ findings, counts }: LintReport, mended: MendResult | undefined): string {
  const written = mended && { path: mended.path, size: mended.size, edits: mended.edits };
  const result = { code: 'result', outcome: 'success', ...counts, ...written };
  return [...findings.map((finding) => ({ code: 'finding', ...finding })), result]
    .map((one) => `${JSON.stringify(one)}\n`)
    .join('');
}

import { openBase } from '../../build/open-base.ts';
import { entryDifferences } from '../../diff/diff-images.ts';
import { tableDifferences } from '../../diff/table.ts';
import { answerNo } from '../exit-code.ts';
import { type OpenFlags, openOptions } from '../open-options.ts';
import type { ProgramContext } from '../program.ts';
import { describeEntry, describeTable, summarize } from '../ui/diff-text.ts';
import { paintFor } from '../ui/paint.ts';
import { chooseRenderer } from '../ui/renderer.ts';
import { writeOut } from '../ui/standard-output.ts';

interface DiffFlags extends OpenFlags {
  readonly brief?: boolean;
  readonly times?: boolean;
  readonly showSecrets?: boolean;
}

/** As diff(1): exit code 0 when the images are the same, 1 when they differ. */
export async function runDiff(
  before: string,
  after: string,
  flags: DiffFlags,
  { signal }: ProgramContext,
): Promise<void> {
  const renderer = chooseRenderer(flags, process.stderr, process.env);
  const options = openOptions(flags, renderer, signal);
  const directory = process.cwd();
  using first = await openBase({ image: before, directory }, options);
  using second = await openBase({ image: after, directory }, options);
  renderer.close();
  const paint = paintFor(process.stdout);
  const names = { before, after };

  const table = tableDifferences(first.image, second.image);
  await writeOut(flags.json ? table.map((one) => line('table', one)).join('') : describeTable(table, paint));
  const counts = { added: 0, removed: 0, changed: 0 };
  const { times = false, showSecrets: secrets = false } = flags;
  for (const entry of entryDifferences(first.image, second.image, { times, secrets, signal })) {
    counts[entry.change]++;
    await writeOut(
      flags.json
        ? line('difference', entry)
        : describeEntry(entry, { names, paint, brief: flags.brief ?? false }),
    );
  }
  const same = table.length + counts.added + counts.removed + counts.changed === 0;
  if (flags.json) await writeOut(line('result', { outcome: 'success', same, ...counts }));
  else if (!same) process.stderr.write(`${summarize(table.length, counts)}\n`);
  if (!same) process.exitCode = answerNo;
}

function line(code: string, data: object): string {
  return `${JSON.stringify({ code, ...data })}\n`;
}

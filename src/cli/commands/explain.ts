import { explain } from '../../build/explain.ts';
import { type OpenFlags, openOptions } from '../open-options.ts';
import type { ProgramContext } from '../program.ts';
import { paintFor } from '../ui/paint.ts';
import { describeRun } from '../ui/recipe-text.ts';
import { chooseRenderer } from '../ui/renderer.ts';
import { writeOut } from '../ui/standard-output.ts';

export async function runExplain(image: string, flags: OpenFlags, { signal }: ProgramContext): Promise<void> {
  const renderer = chooseRenderer(flags, process.stderr, process.env);
  try {
    const recipe = await explain(image, openOptions(flags, renderer, signal));
    renderer.close();
    const line = { code: 'result', outcome: 'success', recipe };
    const paint = paintFor(process.stdout);
    await writeOut(
      flags.json ? `${JSON.stringify(line)}\n` : recipe.runs.map((run) => describeRun(run, paint)).join('\n'),
    );
  } finally {
    renderer.close();
  }
}

import { plan } from '../../build/build.ts';
import type { Plan } from '../../model/plan.ts';
import { buildRequest, type RequestFlags } from '../build-request.ts';
import type { ProgramContext } from '../program.ts';
import { paintFor } from '../ui/paint.ts';
import { redact } from '../ui/redact.ts';
import { chooseRenderer } from '../ui/renderer.ts';
import { describePlan, planAsJson } from './plan-text.ts';

export async function runPlan(
  config: string | undefined,
  flags: RequestFlags,
  { signal }: ProgramContext,
): Promise<void> {
  const renderer = chooseRenderer(flags, process.stderr, process.env);
  try {
    const { settings, options } = await buildRequest(config, flags, renderer, signal);
    const result = await plan(settings, options);
    renderer.close();
    printPlan(result, flags);
  } finally {
    renderer.close();
  }
}

export function printPlan(result: Plan, { json }: RequestFlags): void {
  const text = json
    ? `${JSON.stringify({ code: 'result', outcome: 'success', plan: planAsJson(result) })}\n`
    : describePlan(result, paintFor(process.stdout));
  process.stdout.write(redact(text));
}

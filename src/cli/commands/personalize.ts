import { type PersonalizeOptions, personalize, planPersonalization } from '../../build/personalize.ts';
import { PiImageError } from '../../model/errors.ts';
import { buildRequest } from '../build-request.ts';
import { hostCountry } from '../host-country.ts';
import type { ProgramContext } from '../program.ts';
import { chooseRenderer } from '../ui/renderer.ts';
import { type BuildCommandFlags, commonOptions, filesBeside, printBuilt } from './build.ts';
import { printPlan } from './plan.ts';

/** As `build`, but with the image it is about in front, and with nothing that nobody asked for. */
export async function runPersonalize(
  image: string,
  config: string | undefined,
  flags: BuildCommandFlags,
  { signal }: ProgramContext,
): Promise<void> {
  const { dryRun = false, output } = flags;
  if (output === undefined && !dryRun) {
    throw new PiImageError('usage.invalid', 'where the personalized image goes is not said', {
      help: 'write `-o OUT`: the image itself stays as it is',
    });
  }
  const renderer = chooseRenderer(flags, process.stderr, process.env);
  try {
    const request = await buildRequest(config, { ...flags, image }, renderer, signal, { onlyAsked: true });
    const country = hostCountry(process.env, process.platform);
    const options = { ...request.options, ...(country !== undefined && { country }) };
    if (output === undefined || dryRun) {
      const plan = await planPersonalization(request.settings, options);
      renderer.close();
      return printPlan(plan, flags);
    }
    const writing: PersonalizeOptions = {
      ...options,
      ...commonOptions(flags, process.env),
      ...filesBeside(flags),
      output,
    };
    const result = await personalize(request.settings, writing);
    renderer.close();
    printBuilt(result, flags);
  } finally {
    renderer.close();
  }
}

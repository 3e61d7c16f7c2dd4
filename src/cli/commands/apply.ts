import { applyPatch } from '../../build/apply-patch.ts';
import { buildTime } from '../build-request.ts';
import { type OpenFlags, openOptions } from '../open-options.ts';
import type { ProgramContext } from '../program.ts';
import { chooseRenderer } from '../ui/renderer.ts';
import { writeOut } from '../ui/standard-output.ts';

interface ApplyFlags extends OpenFlags {
  readonly output: string;
  readonly sha256?: string;
  readonly overwrite?: boolean;
  readonly checksums?: boolean;
  readonly bmap?: boolean;
}

export async function runApply(
  image: string,
  patch: string,
  flags: ApplyFlags,
  { signal }: ProgramContext,
): Promise<void> {
  const now = buildTime(process.env['SOURCE_DATE_EPOCH']) ?? new Date();
  const renderer = chooseRenderer(flags, process.stderr, process.env);
  try {
    const result = await applyPatch(image, patch, {
      ...openOptions(flags, renderer, signal),
      now,
      output: flags.output,
      overwrite: flags.overwrite ?? false,
      checksums: flags.checksums ?? false,
      blockMap: flags.bmap ?? false,
      ...(flags.sha256 !== undefined && { sha256: flags.sha256 }),
    });
    renderer.close();
    const line = { code: 'result', outcome: 'success', ...result };
    await writeOut(flags.json ? `${JSON.stringify(line)}\n` : `${result.path}\n`);
  } finally {
    renderer.close();
  }
}

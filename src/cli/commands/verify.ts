import { type PartitionReport, verify } from '../../build/verify.ts';
import { PiImageError } from '../../model/errors.ts';
import { type OpenFlags, openOptions } from '../open-options.ts';
import type { ProgramContext } from '../program.ts';
import { printable } from '../ui/problem.ts';
import { chooseRenderer } from '../ui/renderer.ts';
import { writeOut } from '../ui/standard-output.ts';

export async function runVerify(image: string, flags: OpenFlags, { signal }: ProgramContext): Promise<void> {
  const renderer = chooseRenderer(flags, process.stderr, process.env);
  const reports = await verify({ image, directory: process.cwd() }, openOptions(flags, renderer, signal));
  renderer.close();
  for (const report of reports)
    await writeOut(flags.json ? `${JSON.stringify(report)}\n` : `${lineOf(report)}\n`);
  const problems = reports.flatMap(({ number, fileSystem, findings = [] }) =>
    findings.map((message) => ({ message: `partition ${number} (${fileSystem}): ${message}` })),
  );
  if (problems.length === 0) return;
  throw new PiImageError('image.damaged', `${printable(image)} is damaged or was not shut down`, {
    help: 'Download the image again, or repair it with e2fsck and fsck.vfat.',
    problems,
  });
}

function lineOf({ number, fileSystem, findings }: PartitionReport): string {
  const verdict =
    findings === undefined ? 'not checked' : findings.length === 0 ? 'clean' : `damaged (${findings.length})`;
  return `${number}  ${fileSystem.padEnd(6)} ${verdict}`;
}

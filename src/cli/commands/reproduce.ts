import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Reproduction, reproduce } from '../../build/release/reproduce.ts';
import { PiImageError } from '../../model/errors.ts';
import { longestManifest, type Manifest, parseManifest } from '../../release/manifest.ts';
import { answerNo } from '../exit-code.ts';
import { manifestSecrets } from '../manifest-secrets.ts';
import { type OpenFlags, openOptions } from '../open-options.ts';
import type { ProgramContext } from '../program.ts';
import { printable } from '../ui/problem.ts';
import { redact } from '../ui/redact.ts';
import { chooseRenderer } from '../ui/renderer.ts';
import { writeOut } from '../ui/standard-output.ts';
import { dockerConfigFile } from './build.ts';

interface ReproduceFlags extends OpenFlags {
  readonly directory?: string;
  readonly secret?: readonly string[];
  readonly input?: boolean;
}

/** Differences of edits that are told one by one. */
const mostShown = 50;

/** As `diff`: exit code 0 when it comes out the same, 1 when it does not. */
export async function runReproduce(
  file: string,
  flags: ReproduceFlags,
  { signal }: ProgramContext,
): Promise<void> {
  const manifest = parseManifest(await readBounded(file), path.basename(file));
  const renderer = chooseRenderer(flags, process.stderr, process.env);
  try {
    const isTerminal = process.stdin.isTTY === true && process.stderr.isTTY === true;
    const secrets = await manifestSecrets(manifest, {
      env: process.env,
      given: flags.secret ?? [],
      directory: process.cwd(),
      input: isTerminal && flags.input !== false && !flags.json,
      onAdvice: (advice) => renderer.event({ code: 'advice', ...advice }),
    });
    const { recover: _ofTheManifest, ...options } = openOptions(flags, renderer, signal);
    const result = await reproduce(manifest, {
      ...options,
      secrets,
      directory: path.resolve(flags.directory ?? '.'),
      workDirectory: tmpdir(),
      dockerConfig: dockerConfigFile(process.env),
    });
    renderer.close();
    const text = flags.json
      ? `${JSON.stringify({ code: 'result', outcome: 'success', ...result })}\n`
      : describe(result, manifest);
    await writeOut(redact(text));
    if (!result.same) process.exitCode = answerNo;
  } finally {
    renderer.close();
  }
}

async function readBounded(file: string): Promise<string> {
  try {
    await using handle = await open(file, 'r');
    const { size } = await handle.stat();
    if (size <= longestManifest) return await handle.readFile('utf8');
  } catch (cause) {
    throw new PiImageError(
      'spec.missing',
      `the manifest ${file} cannot be read: ${(cause as Error).message}`,
      {
        cause,
      },
    );
  }
  throw new PiImageError('spec.invalid', `${file} is longer than a manifest may be`);
}

function describe(result: Reproduction, manifest: Manifest): string {
  const { same, sameImage, image, outputs, edits, tool } = result;
  if (same) return `identical: ${image.actual}  ${printable(manifest.image.name)}.img\n`;
  const lines = sameImage
    ? [`the image is identical: ${image.actual}`]
    : ['different', `  image: ${image.actual} instead of ${image.expected}`];
  for (const { name, actual, expected } of outputs) {
    lines.push(`  ${printable(name)}: ${actual ?? 'not made'} instead of ${expected ?? 'nothing'}`);
  }
  for (const { name, actual, expected } of edits.slice(0, mostShown)) {
    lines.push(
      `  ${printable(name)}: ${actual ? (expected ? 'not as it was' : 'was not edited') : 'is not edited'}`,
    );
  }
  if (edits.length > mostShown) lines.push(`  and ${edits.length - mostShown} paths more`);
  return `${[...lines, ...reasons(result, manifest, tool)].join('\n')}\n`;
}

function reasons(
  { sameImage, edits }: Reproduction,
  { secrets }: Manifest,
  tool: Reproduction['tool'],
): readonly string[] {
  const other = tool.expected !== tool.actual;
  return [
    ...(other ? [`It was made with pi-image ${printable(tool.expected)}, and now with ${tool.actual}.`] : []),
    ...(sameImage ? ['Only the compression differs, as with another version of xz or zlib.'] : []),
    ...(!sameImage && edits.length === 0 && secrets.length > 0
      ? ['All that can be told is the same: a secret may not be that of the first build.']
      : []),
  ];
}

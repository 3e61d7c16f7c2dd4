import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { PiImageError } from '../../model/errors.ts';
import { type Decode, type DecodeContext, damaged } from './decoder.ts';
import { type Filter, through } from './filter.ts';
import { workerFilter } from './worker-filter.ts';
import { findZeros, withoutZeros, withZeros } from './xz-zeros.ts';

/** Enough for `xz -9`; a hostile file may ask for 4 GiB. */
const memoryLimit = '1GiB';

/** In a file, blocks of zeros can be told without decoding each. */
export const decodeXz: Decode = async function* (archive, { file, ...context }) {
  const blocks = file === undefined ? undefined : await findZeros(file, decodeXz, context);
  yield* blocks
    ? withZeros(decodeAll(withoutZeros(archive, blocks), context), blocks)
    : decodeAll(archive, context);
};

/** By the system's own tool, which uses all cores; by WebAssembly in a thread where there is none. */
const decodeAll: Decode = async function* (archive, context) {
  const tool = await findTool('xz', context.environment);
  const filter = tool ? await processFilter(tool, context) : workerFilter('xz', context.subject);
  yield* through(archive, filter, context);
};

async function processFilter(tool: string, { subject, environment }: DecodeContext): Promise<Filter> {
  const { execa } = await import('execa');
  const child = execa(tool, ['-dc', '-T0', '-q', `--memlimit-decompress=${memoryLimit}`], {
    stdin: 'pipe',
    buffer: { stdout: false },
    encoding: 'buffer',
    extendEnv: false,
    // What users set for their own xz must not change ours.
    env: { ...environment, XZ_DEFAULTS: undefined, XZ_OPT: undefined, LC_ALL: 'C' },
    reject: false,
    // Ctrl-C in a terminal is for us to deal with; xz would seem to have failed before we hear of it.
    detached: process.platform !== 'win32',
    windowsHide: true,
    forceKillAfterDelay: false,
  });
  return {
    input: child.stdin,
    output: child.stdout,
    ended: child.then((result) => {
      if (result.signal) throw stopped(subject, result.signal);
      if (result.failed) throw damaged(subject, reasonOf(result), result);
    }),
    stop: () => void child.kill('SIGKILL'),
  };
}

function reasonOf({ stderr, exitCode }: { stderr?: unknown; exitCode?: number | undefined }): string {
  const said = Buffer.from((stderr as Uint8Array | undefined) ?? '').toString('utf8');
  return said.trim().replace(/^.*?\(stdin\): /, '') || `xz ended with code ${exitCode}`;
}

/** No fault of the archive: somebody killed it, or memory ran out. */
function stopped(subject: string, signal: string): PiImageError {
  return new PiImageError('output.failed', `xz was stopped by ${signal} while it unpacked ${subject}`, {
    help: 'run it again; if that goes on, the machine may be short of memory',
  });
}

/** The absolute path of a program on PATH. Relative entries are skipped: the current folder may be anybody's. */
export async function findTool(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const windows = process.platform === 'win32';
  const folders = (environment['PATH'] ?? environment['Path'] ?? '').split(path.delimiter);
  for (const folder of folders.filter((one) => path.isAbsolute(one))) {
    const file = path.join(folder, windows ? `${name}.exe` : name);
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return file;
  }
  return undefined;
}

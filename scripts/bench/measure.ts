import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';

/** One program run, as the operating system accounts for it. */
export interface Run {
  readonly seconds: number;
  /** Largest resident set of the process and of the children it waited for, in MB. */
  readonly megabytes: number;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Undoes what a run leaves behind; not counted. */
  readonly before?: () => void;
  /** After a run: the seconds that count, where these are not those of the whole. */
  readonly counted?: () => number;
}

/** Only a parent that waits for a child itself learns its peak memory, and Node does not tell it. */
const wrapper = `
import json, os, sys, time
begin = time.monotonic()
pid = os.fork()
if pid == 0:
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0); os.dup2(null, 1); os.dup2(null, 2)
    os.execvp(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(pid, 0)
print(json.dumps([time.monotonic() - begin, usage.ru_maxrss, os.waitstatus_to_exitcode(status)]))
`;

/** Runs a command to its end. Throws when it fails: the time of a failure is no measurement. */
export async function run(command: Command): Promise<Run> {
  command.before?.();
  const child = spawn('python3', ['-c', wrapper, command.file, ...command.args], {
    cwd: command.cwd,
    env: { ...process.env, ...command.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let answer = '';
  child.stdout.on('data', (piece) => {
    answer += piece;
  });
  await once(child, 'close');
  const [seconds = 0, kilobytes = 0, code = -1] = JSON.parse(answer) as number[];
  if (code !== 0) throw new Error(`${command.file} ${command.args.join(' ')} ended with ${code}`);
  return { seconds: command.counted?.() ?? seconds, megabytes: (kilobytes * 1024) / 1e6 };
}

/** Ours and the rival's in turn, so that a machine that slows down slows both; the first round warms up. */
export async function alternate(commands: readonly Command[], rounds: number): Promise<Run[][]> {
  const runs: Run[][] = commands.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [index, command] of commands.entries()) {
      const result = await run(command);
      if (round > 0) runs[index]?.push(result);
    }
  }
  return runs;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

export function has(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

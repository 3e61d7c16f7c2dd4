import { interrupted, terminated } from './exit-code.ts';

/** Why a run was ended from outside; carried as the reason of the abort signal. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  readonly exitCode: number;

  constructor(signal: NodeJS.Signals) {
    super(signal === 'SIGTERM' ? 'terminated' : 'interrupted');
    this.exitCode = signal === 'SIGTERM' ? terminated : interrupted;
  }
}

/** The first SIGINT, SIGTERM or SIGHUP lets the work clean up after itself; the second ends the process at once. */
export function abortOnSignals(target: NodeJS.Process): AbortSignal {
  const controller = new AbortController();
  const stop = (name: NodeJS.Signals): void => {
    const reason = new Interruption(name);
    if (controller.signal.aborted) process.exit(reason.exitCode);
    if (target.stderr.isTTY) target.stderr.write('\nStopping… (press Ctrl-C again to quit now)\n');
    controller.abort(reason);
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) target.on(name, () => stop(name));
  return controller.signal;
}

import { randomUUID } from 'node:crypto';
import { hide, redact } from '../cli/ui/redact.ts';
import { commandLine, type WorkflowCommand } from './workflow-command.ts';

/** The log of a step, which the runner reads for commands. */
export interface RunnerLog {
  /** Text that nobody obeys: names out of images and from networks must not give the runner orders. */
  print(text: string): void;
  command(command: WorkflowCommand): void;
  /** From now on the runner shows `***` for it, here and in every later step. */
  mask(secret: string): void;
}

/** `write` gets whole lines. */
export function runnerLog(write: (text: string) => void): RunnerLog {
  const token = randomUUID();
  let listens = true;
  const listen = (wanted: boolean): void => {
    if (listens === wanted) return;
    listens = wanted;
    write(wanted ? `::${token}::\n` : `${commandLine({ name: 'stop-commands', message: token })}\n`);
  };
  const masked = new Set<string>();
  return {
    print(text) {
      listen(false);
      write(redact(text.endsWith('\n') ? text : `${text}\n`));
    },
    command({ message, ...rest }) {
      listen(true);
      write(`${commandLine({ ...rest, message: redact(message) })}\n`);
    },
    mask(secret) {
      // A log shows the lines of a text one by one.
      for (const one of [secret, ...secret.split(/\r?\n/)]) {
        if (one === '' || masked.has(one)) continue;
        masked.add(one);
        listen(true);
        write(`${commandLine({ name: 'add-mask', message: one })}\n`);
        hide(one);
      }
    },
  };
}

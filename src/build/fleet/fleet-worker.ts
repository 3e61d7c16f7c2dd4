import { parentPort, workerData } from 'node:worker_threads';
import type { BaseReport } from '../../image/check/checked-base.ts';
import { PiImageError } from '../../model/errors.ts';
import { type DeviceJob, type FleetCommon, makeDevice, OpenFleet } from './device.ts';
import { type FromThread, flattened, revived, type ToThread } from './threads.ts';

const port = parentPort;
if (port === null) throw new Error('this file is the thread of a fleet, not a program');
const fleet = new OpenFleet(workerData as FleetCommon);
const controller = new AbortController();
const tell = (message: FromThread): void => port.postMessage(message);
let answered: (answer: ToThread & { kind: 'go' }) => void = () => {};

let last = Promise.resolve();

port.on('message', (message: ToThread) => {
  if (message.kind === 'abort') controller.abort();
  else if (message.kind === 'go') answered(message);
  else if (message.kind === 'checked') fleet.buildUpon(message.report);
  else if (message.kind === 'check') tell({ kind: 'checked', report: check() });
  // One after the other: two images at once would take twice the memory.
  else last = last.then(() => make(message.job));
});

function check(): BaseReport | undefined {
  try {
    const report = fleet.check();
    fleet.buildUpon(report);
    return report;
  } catch (error) {
    if (PiImageError.is(error)) return undefined;
    throw error;
  }
}

async function make(job: DeviceJob): Promise<void> {
  try {
    const output = await makeDevice(job, fleet, {
      signal: controller.signal,
      onEvent: (event) => tell({ kind: 'event', event }),
      async onReady(ready) {
        const answer = new Promise<ToThread & { kind: 'go' }>((resolve) => {
          answered = resolve;
        });
        tell({ kind: 'ready', output: ready });
        const { error } = await answer;
        if (error) throw revived(error);
      },
    });
    tell({ kind: 'made', output });
  } catch (error) {
    tell({ kind: 'thrown', error: flattened(error) });
  }
}

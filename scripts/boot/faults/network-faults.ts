import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from './fault.ts';
import { archiveName } from './image.ts';

/** What may be wrong with the network of the Pi. */
export const networkFaults: readonly Fault[] = [
  {
    name: 'no network at first',
    injected: 'the cable is not plugged in until the status has told so',
    inject: ({ plug }) => plug(false),
    tells: /waiting for the network|no network/,
    relieve: ({ plug }) => plug(true),
  },
  {
    name: 'flapping network',
    injected: 'the cable is pulled every 4 seconds, 8 times',
    inject: async ({ plug, limits: { signal } }) => {
      void (async () => {
        for (let time = 0; time < 8; time += 1) {
          await plug(false);
          await sleep(2000, undefined, { signal });
          await plug(true);
          await sleep(4000, undefined, { signal });
        }
      })().catch(() => undefined);
    },
  },
  {
    name: 'DNS broken',
    injected: 'no name server answers',
    inject: ({ guest }) =>
      guest.run(
        `sudo sed -i /${archiveName}/d /etc/hosts; echo nameserver 127.0.0.1 | sudo tee /etc/resolv.conf`,
      ),
    tells: /resolv/,
    relieve: ({ guest }) => guest.run(`echo 10.0.2.2 ${archiveName} | sudo tee -a /etc/hosts`),
  },
];

import { expect } from '../checks.ts';
import { status } from '../expectations.ts';
import { until } from '../until.ts';
import type { Fault, World } from './fault.ts';
import { expectSound, waitForEnd } from './first-boot-end.ts';
import type { Outcome } from './results.ts';

/** Begins the first boot under a fault, on a Pi that is up but has not begun it. */
export async function runFault(fault: Fault, world: World): Promise<Outcome> {
  const { guest, limits } = world;
  const { name, injected } = fault;
  await fault.inject(world);
  await guest.run('sudo systemctl start --no-block pi-image-first-boot.service');
  let begun = performance.now();
  const told = fault.tells && (await tellsOf(fault.tells, world));
  if (fault.relieve) {
    await fault.relieve(world);
    begun = performance.now();
  }
  await waitForEnd(guest, limits);
  const seconds = (performance.now() - begun) / 1000;
  const runs = await expectSound(guest);
  expect(runs === 1, `the user's own script ran ${runs} times`);
  return { name, injected, ...(told !== undefined && { told }), seconds, state: 'done' };
}

/** Waits until the status names the cause, and returns what it says. */
function tellsOf(cause: RegExp, { guest, limits }: World): Promise<string> {
  return until(`a status that says ${cause}`, { within: 150, every: 1 }, limits, async () => {
    const found = await status(guest);
    const texts = [found?.message ?? '', ...(found?.steps ?? []).map(({ message }) => message)];
    const said = texts.find((text) => cause.test(text));
    if (said === undefined) throw new Error(`the status said ${JSON.stringify(texts)}`);
    return said;
  });
}

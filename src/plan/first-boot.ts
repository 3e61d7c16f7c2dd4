import { callBackAddress } from '../content/call-back.ts';
import { render } from '../content/templates.ts';
import { type EditDraft, link, remove, write } from '../model/edit.ts';
import type { FirstBootStep } from '../model/first-boot.ts';
import type { OsFacts } from '../model/os.ts';
import type { Secret } from '../model/secret.ts';

const folder = '/usr/lib/pi-image';
/** What the runner remembers on the Pi; see templates/rootfs/usr/lib/pi-image/first-boot.hbs. */
const state = '/var/lib/pi-image';
const units = '/etc/systemd/system';
const timer = 'pi-image-first-boot.timer';
/** What the runner is made of: its functions, itself, and the light that tells of a failure. */
const programs = { functions: 0o644, 'first-boot': 0o755, led: 0o755 } as const;

export interface FirstBootOptions {
  readonly os: Pick<OsFacts, 'bootDir' | 'present'>;
  /** URL to tell that the first boot is done, or has failed. */
  readonly notify?: Secret | undefined;
}

/**
 * The files that carry out the steps on the running Pi: the runner, its functions, a file a step, the timer that
 * starts it beside the boot, and the link that enables the timer. Without steps, and nobody to tell, there is nothing to write.
 * See docs/first-boot.md for what they do.
 */
export function firstBootEdits(
  steps: readonly FirstBootStep[],
  { os, notify }: FirstBootOptions,
): EditDraft[] {
  if (steps.length === 0 && !notify) return [];
  checkNames(steps);
  const data = { bootDir: os.bootDir };
  return [
    ...steps.map((step) => write(`${folder}/steps/${fileName(step)}`, stepFile(step), { mode: 0o644 })),
    ...Object.entries(programs).map(([name, mode]) =>
      write(`${folder}/${name}`, render(`rootfs${folder}/${name}`, data), { mode }),
    ),
    ...(notify ? [notifyFile(notify)] : []),
    write('/usr/bin/pi-image-status', render('rootfs/usr/bin/pi-image-status', data), { mode: 0o755 }),
    ...['pi-image-first-boot.service', timer].map((unit) =>
      write(`${units}/${unit}`, render(`rootfs${units}/${unit}`, data), { mode: 0o644 }),
    ),
    link(`${units}/timers.target.wants/${timer}`, `../${timer}`),
    ...(os.present.includes(state) ? forgetEdits(steps) : []),
  ];
}

/** An image of a card that has run would take these steps for done. */
function forgetEdits(steps: readonly FirstBootStep[]): EditDraft[] {
  return ['complete', ...steps.map((step) => `done/${fileName(step)}`)].map((name) =>
    remove(`${state}/${name}`),
  );
}

/** Beside what is removed when all is done, and for root alone: such addresses are often secrets in themselves. */
function notifyFile(url: Secret): EditDraft {
  const name = `${folder}/files/notify`;
  const text = render(`rootfs${name}`, { url: callBackAddress(url) });
  return write(name, text, { mode: 0o700, sensitive: true });
}

/** The runner takes the files of the folder in the order of their names. */
function fileName({ order, name }: FirstBootStep): string {
  return `${String(order).padStart(2, '0')}-${name}`;
}

/** The step with the head that the runner reads and the functions it may use. */
function stepFile({ title, needs, spaceMiB = 0, script }: FirstBootStep): string {
  return render(`rootfs${folder}/steps/step`, {
    title,
    needs: needs.join(' '),
    space: Math.ceil(spaceMiB),
    apt: needs.includes('apt'),
    script: script.trimEnd(),
  });
}

/** Steps come from customizations, so a wrong one is a fault of the program and not of the user. */
function checkNames(steps: readonly FirstBootStep[]): void {
  const names = new Set<string>();
  for (const { name, order } of steps) {
    if (!/^[a-z0-9][a-z0-9-]*$/.test(name))
      throw new Error(`${JSON.stringify(name)} is no name of a first-boot step`);
    if (!Number.isInteger(order) || order < 0 || order > 99) {
      throw new Error(`the first-boot step ${name} has the order ${order}, which is not 0 to 99`);
    }
    if (names.has(name)) throw new Error(`there are two first-boot steps named ${name}`);
    names.add(name);
  }
}

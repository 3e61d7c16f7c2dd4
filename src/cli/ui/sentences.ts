import type { BuildEvent, DeviceResult, Stage } from '../../model/events.ts';
import { formatBytes, formatDuration } from './format.ts';
import { describeFindings } from './lint-text.ts';
import type { Paint } from './paint.ts';
import { printable } from './problem.ts';

/** How far a stage is: bytes, or of a fleet devices. */
export function amount(stage: Stage, count: number): string {
  return stage === 'fleet' ? String(count) : formatBytes(count);
}

export const stageNames: Readonly<Record<Stage, string>> = {
  download: 'Downloading',
  unpack: 'Unpacking',
  copy: 'Copying',
  plan: 'Planning',
  edit: 'Editing',
  preload: 'Preloading',
  write: 'Writing',
  verify: 'Verifying',
  fleet: 'Building',
};

/** Events that are a sentence of their own, in terminals and logs alike; undefined for all others. */
export function sentenceOf(event: BuildEvent, paint: Paint, verbose: boolean): string | undefined {
  switch (event.code) {
    case 'advice': {
      const label =
        event.level === 'warning' ? paint('yellow', `warning[${event.id}]`) : paint('cyan', 'note');
      const help = event.help === undefined ? '' : `\n  ${paint('cyan', 'help')}: ${printable(event.help)}`;
      return `${label}: ${printable(event.message)}${help}`;
    }
    case 'base.trusted':
      return verbose || event.by === 'publisher' || event.by === 'none'
        ? printable(event.message)
        : undefined;
    case 'cache.waiting':
      return `Waiting for another run that is fetching ${printable(event.subject)}`;
    case 'output.waiting':
      return `Looking whether another build is writing ${printable(event.path)}`;
    case 'download.resumed':
      return `Resuming the download at ${formatBytes(event.bytes)}`;
    case 'download.retry':
      return `${printable(event.reason)}; trying again in ${formatDuration(event.waitMilliseconds)}`;
    case 'edit.applied': {
      const { action, path, to, from } = event.edit;
      if (!verbose || action === 'unchanged') return undefined;
      return `  ${action.padEnd(9)} ${printable(path)}${to ? ` → ${printable(to)}` : ''}  ${paint('dim', from.join(', '))}`;
    }
    case 'device.finished':
      return sentenceOfDevice(event, paint, verbose);
    case 'finding':
      return event.level === 'note' && !verbose ? undefined : describeFindings([event], paint).trimEnd();
    default:
      return undefined;
  }
}

function sentenceOfDevice(
  { device, outcome, output, size, error }: DeviceResult,
  paint: Paint,
  verbose: boolean,
): string | undefined {
  if (error) {
    const head = `${paint('red', '✗')} ${printable(device)}`;
    const problems = error.problems?.map(({ message }) => `\n  ${printable(message)}`).join('') ?? '';
    const help = error.help === undefined ? '' : `\n  ${paint('cyan', 'help')}: ${printable(error.help)}`;
    return `${head}: ${paint('red', `error[${error.code}]`)}: ${printable(error.message)}${problems}${help}`;
  }
  if (!verbose) return undefined;
  const about = size === undefined ? '' : ` (${formatBytes(size)})`;
  return `  ${outcome.padEnd(6)} ${printable(device)} → ${printable(output)}${about}`;
}

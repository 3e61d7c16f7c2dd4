import type { FirstBootStatus } from '../../content/first-boot-status.ts';
import { formatDuration } from '../ui/format.ts';
import type { Paint, Style } from '../ui/paint.ts';
import { printable } from '../ui/problem.ts';

type State = FirstBootStatus['state'] | FirstBootStatus['steps'][number]['state'];

const looks: Readonly<Record<State, readonly [mark: string, style: Style]>> = {
  done: ['✓', 'green'],
  running: ['▸', 'cyan'],
  waiting: ['…', 'yellow'],
  retrying: ['↻', 'yellow'],
  stopped: ['■', 'yellow'],
  failed: ['✗', 'red'],
  pending: ['·', 'dim'],
};

/** The status of a first boot for people: how it stands, then a line a step, with the reason of those that are not done. */
export function describeStatus(status: FirstBootStatus, paint: Paint): string {
  const { state, message, updated, clockIsSet, nextTryInSeconds, steps } = status;
  const [, style] = looks[state];
  const clock = clockIsSet ? '' : ', by a clock that was not set';
  const next = nextTryInSeconds === null ? '' : `; next try in ${formatDuration(nextTryInSeconds * 1000)}`;
  const lines = [
    `${paint('bold', paint(style, state))}: ${printable(oneLine(message))}${next}`,
    paint('dim', `written ${printable(oneLine(updated))}${clock}`),
    ...steps.flatMap((step) => describeStep(step, paint)),
  ];
  return `${lines.join('\n')}\n`;
}

function describeStep(
  { title, state, attempts, message }: FirstBootStatus['steps'][number],
  paint: Paint,
): string[] {
  const [mark, style] = looks[state];
  const tries = state === 'failed' && attempts > 1 ? ` (tried ${attempts} times)` : '';
  const line = `${paint(style, mark)} ${printable(oneLine(title))}${tries}`;
  return message === '' ? [line] : [line, `  ${paint(style, state)}: ${printable(oneLine(message))}`];
}

function oneLine(text: string): string {
  return text.replaceAll('\n', ' ');
}

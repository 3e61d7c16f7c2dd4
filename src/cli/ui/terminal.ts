import type { BuildEvent, Stage } from '../../model/events.ts';
import { formatDuration } from './format.ts';
import { paintFor } from './paint.ts';
import { printable } from './problem.ts';
import { redact } from './redact.ts';
import type { Renderer } from './renderer.ts';
import { amount, sentenceOf, stageNames } from './sentences.ts';

interface Running {
  readonly stage: Stage;
  readonly subject: string;
  readonly total: number | undefined;
  readonly startedAt: number;
  done: number;
}

/** Milliseconds between two redraws; more often only makes a terminal flicker. */
const redrawEvery = 100;
const barWidth = 24;
const clearLine = '\r\u001b[2K';

/** One line at the bottom that shows the running stage (bytes, speed, time left); sentences scroll above it. */
export function terminalRenderer(stream: NodeJS.WriteStream, { verbose }: { verbose: boolean }): Renderer {
  const paint = paintFor(stream);
  let running: Running | undefined;
  let lastDraw = 0;

  const draw = () => {
    if (!running) return;
    lastDraw = Date.now();
    const line = progressLine(running, lastDraw).slice(0, Math.max(20, (stream.columns ?? 80) - 1));
    stream.write(`${clearLine}${redact(line)}`);
  };
  const print = (line: string) => {
    stream.write(`${clearLine}${redact(line)}\n`);
    draw();
  };

  return {
    event(event: BuildEvent) {
      const sentence = sentenceOf(event, paint, verbose);
      if (sentence !== undefined) print(sentence);
      if (event.code === 'stage.started') {
        running = {
          stage: event.stage,
          subject: printable(event.subject),
          total: event.total,
          startedAt: Date.now(),
          done: 0,
        };
        draw();
      }
      if (event.code === 'stage.progress' && running) {
        running = { ...running, done: event.done, total: event.total ?? running.total };
        if (Date.now() - lastDraw >= redrawEvery) draw();
      }
      if (event.code === 'stage.finished' && running) {
        const { stage, subject } = running;
        running = undefined;
        const size = event.bytes === undefined ? '' : `${amount(stage, event.bytes)}, `;
        print(
          `${paint('green', '✓')} ${stageNames[stage]} ${subject} ${paint('dim', `(${size}${formatDuration(event.milliseconds)})`)}`,
        );
      }
    },
    close() {
      if (running) stream.write(clearLine);
      running = undefined;
    },
  };
}

function progressLine({ stage, subject, total, startedAt, done }: Running, now: number): string {
  const elapsed = Math.max(1, now - startedAt);
  const speed = (done / elapsed) * 1000;
  const head = `  ${stageNames[stage]} ${subject}`;
  if (!total) return done > 0 ? `${head}  ${amount(stage, done)}  ${amount(stage, speed)}/s` : head;
  const share = Math.min(1, done / total);
  const filled = Math.round(share * barWidth);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`;
  const rate = stage === 'fleet' ? '' : `, ${amount(stage, speed)}/s`;
  const left = speed > 0 ? `, ${formatDuration(((total - done) / speed) * 1000)} left` : '';
  return `${head} ${bar} ${Math.floor(share * 100)} %  ${amount(stage, done)} of ${amount(stage, total)}${rate}${left}`;
}

#!/usr/bin/env node
import { createProgram } from './program.ts';
import { abortOnSignals } from './signals.ts';

// A reader that goes away early (`pi-image ls … | head`) is no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const signal = abortOnSignals(process);

try {
  await createProgram({ signal }).parseAsync(process.argv);
} catch (error) {
  const { reportFailure } = await import('./failure.ts');
  process.exitCode = await reportFailure(error, { signal, argv: process.argv });
}

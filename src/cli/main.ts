#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { createProgram } from './program.ts';
import { abortOnSignals } from './signals.ts';

// Room for new objects, which V8 would let grow to 32 MiB as modules are loaded: most of what comes of a command is bytes
// outside of the heap, and takes no more time with 2 MiB.
setFlagsFromString('--semi-space-growth-factor=1');

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

import { z } from 'zod';
import { PiImageError } from '../model/errors.ts';

const line = z.string().max(1000);

const step = z.object({
  name: line.describe('the step, as it is called in the plan'),
  title: line.describe('what it does, in one line'),
  state: z
    .enum(['pending', 'running', 'waiting', 'failed', 'done'])
    .describe('`waiting` lacks something that may come, `failed` is tried again'),
  attempts: z.int().min(0).describe('how often it was tried since the last start'),
  message: line.describe('why it waits or failed; else empty'),
});

/**
 * What the first boot says of itself, in `pi-image/status.json` on the boot partition. The runner in templates/ writes
 * it, whole and at once. Fields may be added; `version` rises when one changes its meaning or goes.
 */
export const firstBootStatusSchema = z.object({
  version: z.literal(1).describe('of this format'),
  hostname: line.optional().describe('of the Pi; older versions of pi-image leave it out'),
  state: z
    .enum(['running', 'waiting', 'retrying', 'stopped', 'failed', 'done'])
    .describe('`retrying` after a step failed, `stopped` until the next start, `done` for good'),
  message: line.describe('the same in words'),
  updated: line.describe('when this was written, by the clock of the Pi, in UTC'),
  clockIsSet: z.boolean().describe('whether that clock had been set from the network'),
  nextTryInSeconds: z.int().min(0).nullable().describe('seconds from `updated` until the next try, or null'),
  steps: z.array(step).max(200).describe('in the order in which they run'),
});

export type FirstBootStatus = z.output<typeof firstBootStatusSchema>;

/** Longer than any that the runner writes. */
export const largestStatus = 256 * 1024;

/** Reads a status file, of which a broken card or anybody may have made anything; `what` names it in errors. */
export function parseFirstBootStatus(what: string, bytes: Uint8Array): FirstBootStatus {
  const value = jsonIn(what, bytes);
  const result = firstBootStatusSchema.safeParse(value);
  if (result.success) return result.data;
  const { version } = z.object({ version: z.number() }).safeParse(value).data ?? {};
  if (version !== undefined && version > 1) {
    throw new PiImageError('image.not-supported', `${what} is of a newer pi-image (format ${version})`, {
      help: 'use that one to read it',
    });
  }
  const [issue] = result.error.issues;
  const where = issue?.path.length ? `${issue.path.join('.')}: ` : '';
  throw damaged(what, `${where}${issue?.message ?? ''}`);
}

/** `where`: the folder or image that was searched. */
export function noFirstBootStatus(where: string): PiImageError {
  return new PiImageError('image.not-found', `there is no pi-image/status.json in ${where}`, {
    help: 'the card has not booted yet, or its image has nothing to do at the first boot; give the folder that its boot partition is mounted on',
  });
}

function jsonIn(what: string, bytes: Uint8Array): unknown {
  if (bytes.length > largestStatus) throw damaged(what, `it is longer than ${largestStatus} bytes`);
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw damaged(what, bytes.every((byte) => byte === 0) ? 'it is empty' : 'it is not JSON');
  }
}

function damaged(what: string, why: string): PiImageError {
  return new PiImageError('image.damaged', `${what} is no status of a first boot: ${why}`, {
    help: 'look at first-boot.log beside it; the next start of the Pi writes it anew',
  });
}

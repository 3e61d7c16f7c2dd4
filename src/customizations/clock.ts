import { z } from 'zod';
import { write } from '../model/edit.ts';
import { defineCustomization } from './customization.ts';

/**
 * A Pi has no clock that runs without power. fake-hwclock starts it at the time in this file, and one that is years
 * old makes every certificate and package list "not yet valid" until the network brings the time. Never set back.
 */
export const clock = defineCustomization({
  name: 'clock',
  summary: 'What the clock starts at before the network brings the time',
  schema: z
    .literal('build-time')
    .describe('What the clock starts at before the network brings the time; always the time of the build'),
  whenUnset: () => 'build-time' as const,
  contribute(_, { os, now }) {
    const has = os.packages['fake-hwclock'] !== undefined || os.present.includes('/etc/fake-hwclock.data');
    const time = now.toISOString().slice(0, 19).replace('T', ' ');
    if (!has || time < (os.release?.date ?? '')) return {};
    return { edits: [write('/etc/fake-hwclock.data', `${time}\n`)] };
  },
});

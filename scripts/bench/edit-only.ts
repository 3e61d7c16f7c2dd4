// The edit of a raw image and nothing else: open, plan, apply, open afresh, verify; no copy. `edit-only.ts IMAGE`.

import { prepare, readSettings } from '../../src/build/prepare.ts';
import { openImage } from '../../src/image/open-image.ts';
import { applyPlan } from '../../src/plan/apply.ts';
import { verifyApplied } from '../../src/plan/verify.ts';
import { settings } from './settings.ts';

const now = new Date(1_700_000_000_000);
const options = { now };
const prepared = await prepare(readSettings({ ...settings, image: process.argv[2] }, options), options);
const edits = applyPlan(prepared.plan, prepared.image.tree);
const { tree } = await openImage(prepared.overlay, { now: () => now });
verifyApplied(edits, tree);
prepared[Symbol.dispose]();

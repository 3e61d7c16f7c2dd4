// The edit of a raw image and nothing else: open, plan, apply, open afresh, verify; no copy. `edit-only.mjs IMAGE`.

import { prepare, readSettings } from '../../dist/build/prepare.js';
import { openImage } from '../../dist/image/open-image.js';
import { applyPlan } from '../../dist/plan/apply.js';
import { verifyApplied } from '../../dist/plan/verify.js';
import { settings } from './settings.mjs';

const now = new Date(1_700_000_000_000);
const options = { now };
const prepared = await prepare(readSettings({ ...settings, image: process.argv[2] }, options), options);
const edits = applyPlan(prepared.plan, prepared.image.tree);
const { tree } = await openImage(prepared.overlay, { now: () => now });
verifyApplied(edits, tree);
prepared[Symbol.dispose]();

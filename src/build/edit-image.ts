import type { AppliedEdit } from '../model/applied.ts';
import type { Edit } from '../model/edit.ts';
import { runStage } from '../model/stage.ts';
import { applyPlan } from '../plan/apply.ts';
import { checkSpace } from '../plan/preconditions.ts';
import { cacheLayout, prepareCache } from '../source/cache/layout.ts';
import { createFetch } from '../transfer/http.ts';
import { proxyDispatcher } from '../transfer/proxies.ts';
import { cachePlace } from './cache-place.ts';
import { HostFiles } from './host-files.ts';
import type { BuildOptions } from './options.ts';
import type { Planned } from './prepare.ts';

/** Milliseconds in which a connection comes about, and without a byte after which it counts as dead. */
const patience = 30_000;

/** Carries out a plan in memory, and puts in what the Pi is to have without a network. */
export async function editImage(
  { base, image, plan }: Planned,
  options: BuildOptions,
): Promise<readonly AppliedEdit[]> {
  const { signal, onEvent } = options;
  using hostFiles = new HostFiles();
  const apply = (edits: readonly Edit[]): Promise<readonly AppliedEdit[]> =>
    runStage({ stage: 'edit', subject: base.title, onEvent }, () =>
      applyPlan({ ...plan, edits }, image.tree, {
        openHostFile: (file) => hostFiles.open(file),
        onApplied: (edit) => onEvent?.({ code: 'edit.applied', edit }),
        ...(signal && { signal }),
      }),
    );
  const planned = await apply(plan.edits);
  if (plan.preloads.length === 0) return planned;
  const fetched = await fetchPreloads({ image, plan }, options);
  checkSpace(fetched, image.tree);
  return [...planned, ...(await apply(fetched))];
}

async function fetchPreloads(
  { image, plan }: Pick<Planned, 'image' | 'plan'>,
  options: BuildOptions,
): Promise<readonly Edit[]> {
  const { environment = {}, offline = false, signal, onEvent } = options;
  const cache = cacheLayout(cachePlace(options));
  await prepareCache(cache);
  // Loaded only here: most images have no use for it, and it is large.
  const { preload } = await import('../preload/preload.ts');
  const dispatcher = await proxyDispatcher(environment, patience);
  try {
    return await preload(plan.preloads, image, {
      fetch: createFetch({ dispatcher, idleTimeout: patience, ...(signal && { signal }) }),
      cache: cache.files,
      ...(options.dockerConfig !== undefined && { dockerConfig: options.dockerConfig }),
      offline,
      ...(signal && { signal }),
      ...(onEvent && { onEvent }),
    });
  } finally {
    await dispatcher.destroy();
  }
}

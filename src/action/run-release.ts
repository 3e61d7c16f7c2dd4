import path from 'node:path';
import { buildRelease, type ReleaseResult } from '../build/release/build-release.ts';
import { redact } from '../cli/ui/redact.ts';
import { gitHubLimit } from '../output/asset-limit.ts';
import { formatOf, rawNameOf } from '../output/format.ts';
import type { ActionInputs } from './action-input.ts';
import type { ActionRequest } from './request.ts';
import { baseFacts, type Done, type RunOptions } from './run-build.ts';
import { buildSummary } from './step-summary.ts';

/** Where a release is put together when nobody says it, in the workspace. */
const defaultFolder = 'dist/release';

/** Absolute; undefined where no release is asked for. */
export function releaseFolder(inputs: ActionInputs, workspace: string): string | undefined {
  const folder = inputs['release-dir'] ?? (inputs['release-tag'] === undefined ? undefined : defaultFolder);
  return folder === undefined ? undefined : path.resolve(workspace, folder);
}

/** Builds a release into a folder: the image in all formats, and the documents that tell what it is. */
export async function runRelease(
  inputs: ActionInputs,
  { settings, options, outputs }: ActionRequest,
  folder: string,
  { started, times }: RunOptions,
): Promise<Done> {
  const { checksums: _, blockMap: __, ...rest } = options;
  const limit = inputs['max-asset-size'];
  const released = await buildRelease(withName(settings, outputs[0] ?? ''), {
    ...rest,
    folder,
    formats: outputs.map((output) => formatOf(output).slice(1)),
    assetLimit: limit === undefined ? gitHubLimit : limit + 1,
  });
  const base = await baseFacts(released.base);
  const milliseconds = performance.now() - started;
  const artifacts = imagesOf(released, outputs.length);
  const { findings, plan, edits, files } = released;
  const at = (name: string) => path.join(released.path, name);
  const map = files.find(({ name }) => name.endsWith('.bmap'));
  return {
    result: {
      ...{ base, artifacts, findings, milliseconds },
      hostname: plan.hostname,
      checksums: at('SHA256SUMS'),
      ...(map && { blockMap: at(map.name) }),
      ...{ manifest: at('manifest.json'), cycloneDx: at('sbom.cdx.json'), spdx: at('sbom.spdx.json') },
      released: files.map((file) => ({ ...file, path: at(file.name) })),
    },
    summary: redact(buildSummary({ base, plan, edits, findings, artifacts, times, milliseconds })),
  };
}

/** Of the outputs only the name counts: they go into the folder of the release. */
function withName(settings: unknown, output: string): unknown {
  const name = rawNameOf(path.basename(output).replace(/\.pipatch$/i, ''));
  return { ...(settings as object), output: name };
}

/** The images stand before everything else. */
function imagesOf({ path: folder, files }: ReleaseResult, count: number): Done['result']['artifacts'] {
  return files.slice(0, count).map((file) => ({ ...file, path: path.join(folder, file.name) }));
}

import path from 'node:path';
import { buildRelease, type ReleaseResult } from '../build/release/build-release.ts';
import { type CheckedReleaseFlags, checkedReleaseFlags } from '../cli/release-flags.ts';
import { redact } from '../cli/ui/redact.ts';
import { gitHubLimit } from '../output/asset-limit.ts';
import { formatOf, rawNameOf } from '../output/format.ts';
import type { ActionInputs } from './action-input.ts';
import { assetName } from './release/assets.ts';
import type { ActionRequest, RequestContext } from './request.ts';
import { baseFacts, type Done, type RunOptions } from './run-build.ts';
import { buildSummary } from './step-summary.ts';

/** Where a release is put together when nobody says it, in the workspace. */
const defaultFolder = 'dist/release';

/** What the release shall be; undefined where none is asked for. */
export function plannedRelease(
  { flags, ...inputs }: ActionInputs,
  { env, workspace }: Pick<RequestContext, 'env' | 'workspace'>,
): CheckedReleaseFlags | undefined {
  const tag = inputs['release-tag'];
  const folder = flags.release ?? (tag === undefined ? undefined : defaultFolder);
  const url = flags.releaseUrl ?? (tag === undefined ? undefined : downloads(tag, env));
  // Of the output only the name counts, and that is settled already.
  const { output: _, ...rest } = flags;
  return checkedReleaseFlags({
    ...rest,
    ...(url !== undefined && { releaseUrl: url }),
    ...(folder !== undefined && { release: path.resolve(workspace, folder) }),
  });
}

/** Where GitHub offers the files of a release. */
function downloads(tag: string, env: RequestContext['env']): string {
  const { GITHUB_SERVER_URL: server = 'https://github.com', GITHUB_REPOSITORY: name = '' } = env;
  return `${server}/${name}/releases/download/${encodeURIComponent(tag)}/`;
}

/** Builds a release into a folder: the image in all formats, and the documents that tell what it is. */
export async function runRelease(
  inputs: ActionInputs,
  { settings, options, outputs }: ActionRequest,
  { folder, imager }: CheckedReleaseFlags,
  { started, times }: RunOptions,
): Promise<Done> {
  const { checksums: _, blockMap: __, ...rest } = options;
  const limit = inputs['max-asset-size'];
  const released = await buildRelease(withName(settings, outputs[0] ?? ''), {
    ...rest,
    folder,
    ...(imager && { imager }),
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
      ...{ base, artifacts, milliseconds },
      ...(options.lint !== 'off' && { findings }),
      hostname: plan.hostname,
      checksums: at('SHA256SUMS'),
      ...(map && { blockMap: at(map.name) }),
      ...{ manifest: at('manifest.json'), cycloneDx: at('sbom.cdx.json'), spdx: at('sbom.spdx.json') },
      provenance: at('provenance.json'),
      notes: at('release-notes.md'),
      ...(files.some(({ name }) => name === imagerListName) && { imagerList: at(imagerListName) }),
      released: files.map((file) => ({ ...file, path: at(file.name) })),
    },
    summary: redact(buildSummary({ base, plan, edits, findings, artifacts, times, milliseconds })),
  };
}

const imagerListName = 'rpi-imager.json';

/** Of the outputs only the name counts, as GitHub would have it: the list for Imager has addresses of it. */
function withName(settings: unknown, output: string): unknown {
  const name = rawNameOf(path.basename(output).replace(/\.pipatch$/i, ''));
  return { ...(settings as object), output: assetName(name) };
}

/** The images stand before everything else. */
function imagesOf({ path: folder, files }: ReleaseResult, count: number): Done['result']['artifacts'] {
  return files.slice(0, count).map((file) => ({ ...file, path: path.join(folder, file.name) }));
}

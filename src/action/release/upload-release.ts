import { PiImageError } from '../../model/errors.ts';
import type { OnEvent } from '../../model/events.ts';
import { retry } from '../../transfer/retry.ts';
import type { Asset } from './assets.ts';
import { allPages, findOrCreateRelease, type Release } from './find-release.ts';
import { type GitHub, GitHubRefusal, mayPass, openGitHub } from './github.ts';

export interface ReleaseOptions {
  readonly tag: string;
  readonly token: string | undefined;
  /** GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_SHA; and proxies. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly onEvent: OnEvent;
  readonly print: (line: string) => void;
}

/** The release that files went to. */
export interface UploadedRelease {
  readonly id: number;
  readonly url: string;
  readonly isDraft: boolean;
}

interface StoredAsset {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  readonly state: string;
  /** `sha256:…`, from servers that tell. */
  readonly digest?: string | null;
}

/** What arrived is not what was sent. */
class DamagedUpload extends Error {}

/**
 * Puts files into the release of a tag, a draft that is made where there is none. A file of the same name is replaced.
 * @throws PiImageError `usage.invalid`, `output.permission`, `output.failed`
 */
export async function uploadRelease(
  assets: readonly Asset[],
  options: ReleaseOptions,
): Promise<UploadedRelease> {
  const { token, environment, signal } = options;
  const wanted = { tag: options.tag, ...repositoryIn(environment) };
  if (!token) {
    throw new PiImageError('usage.invalid', 'there is no token to write the release with', {
      help: 'leave out the input `github-token`, or give it one that may write `contents`',
    });
  }
  const github = await openGitHub({ token, environment, signal });
  const again = <T>(work: () => Promise<T>): Promise<T> =>
    retry(options, wanted.repository, work, (error) => error instanceof DamagedUpload || mayPass(error));
  try {
    const release = await again(() => findOrCreateRelease(github, wanted));
    const uploads = uploadAddress(release, wanted.repository);
    for (const asset of assets) {
      options.print(`Uploading ${asset.name}`);
      await again(() => replaceAsset(github, `${wanted.repository}/releases/${release.id}`, uploads, asset));
    }
    return { id: release.id, url: release.html_url, isDraft: release.draft };
  } catch (error) {
    throw failure(error, options.tag);
  } finally {
    await github.close();
  }
}

function repositoryIn(environment: ReleaseOptions['environment']): {
  repository: string;
  commit: string | undefined;
} {
  const { GITHUB_API_URL: api = 'https://api.github.com', GITHUB_REPOSITORY: name, GITHUB_SHA } = environment;
  if (!name || !/^[\w.-]+\/[\w.-]+$/.test(name)) {
    throw new PiImageError('usage.invalid', 'GITHUB_REPOSITORY does not say which repository this is', {
      help: '`release-tag` works in workflows of GitHub only',
    });
  }
  return { repository: `${api.replace(/\/$/, '')}/repos/${name}`, commit: GITHUB_SHA || undefined };
}

/** Where files go. The token goes there too, so it must be a place that can be trusted with it. */
function uploadAddress({ upload_url: template }: Release, repository: string): string {
  const address = template.replace(/\{[^}]*\}$/, '');
  const isSafe =
    URL.canParse(address) &&
    (new URL(address).protocol === 'https:' || new URL(address).origin === new URL(repository).origin);
  if (isSafe) return address;
  throw new PiImageError('output.failed', 'the release names an unsafe address to upload to');
}

/** An upload that broke off leaves a file without content under its name, so each attempt begins with removing. */
async function replaceAsset(github: GitHub, release: string, uploads: string, asset: Asset): Promise<void> {
  const stored = await allPages<StoredAsset>(github, `${release}/assets`);
  const assets = `${release.slice(0, release.lastIndexOf('/'))}/assets`;
  for (const { id, name } of stored) if (name === asset.name) await github.ask('DELETE', `${assets}/${id}`);
  const made = (await github.send(`${uploads}?name=${encodeURIComponent(asset.name)}`, asset)) as StoredAsset;
  const digest = asset.sha256 === undefined ? undefined : `sha256:${asset.sha256}`;
  const isWhole = made.state === 'uploaded' && made.size === asset.size;
  if (isWhole && (!made.digest || digest === undefined || made.digest === digest)) return;
  throw new DamagedUpload(`${asset.name} did not arrive as it was sent`);
}

function failure(error: unknown, tag: string): unknown {
  if (error instanceof DamagedUpload)
    return new PiImageError('output.failed', error.message, { cause: error });
  if (PiImageError.is(error) && error.code === 'source.unreachable') {
    const what = `the release ${tag} cannot be written: ${error.message}`;
    return new PiImageError('output.failed', what, { cause: error });
  }
  if (!(error instanceof GitHubRefusal)) return error;
  const { status, message } = error;
  const isForbidden = status === 401 || status === 403 || status === 404;
  return new PiImageError(
    isForbidden ? 'output.permission' : 'output.failed',
    `the release ${tag} cannot be written: GitHub answers ${status}${message ? ` (${message})` : ''}`,
    {
      ...(isForbidden && {
        help: 'the job needs `permissions: { contents: write }`, or a token that has it',
      }),
      cause: error,
    },
  );
}

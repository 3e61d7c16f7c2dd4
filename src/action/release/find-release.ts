import type { GitHub } from './github.ts';

/** A release as far as it matters here. */
export interface Release {
  readonly id: number;
  readonly tag_name: string;
  readonly draft: boolean;
  readonly html_url: string;
  /** A template: `…/assets{?name,label}`. */
  readonly upload_url: string;
}

export interface WantedRelease {
  /** `…/repos/OWNER/NAME` of the API. */
  readonly repository: string;
  readonly tag: string;
  /** What the tag is made of when the release is published, where there is none yet. */
  readonly commit: string | undefined;
}

const perPage = 100;
const pages = 20;

/** The release of a tag, published or a draft; a draft is made where there is none. */
export async function findOrCreateRelease(github: GitHub, wanted: WantedRelease): Promise<Release> {
  const found = await findRelease(github, wanted);
  if (found) return found;
  const created = (await github.ask('POST', `${wanted.repository}/releases`, {
    ...{ tag_name: wanted.tag, name: wanted.tag, draft: true },
    ...(wanted.commit !== undefined && { target_commitish: wanted.commit }),
  })) as Release;
  // Another job of the matrix may have made one at the same moment; nobody but us would ever use ours then.
  const first = await findRelease(github, wanted);
  if (!first || first.id === created.id) return created;
  await github.ask('DELETE', `${wanted.repository}/releases/${created.id}`);
  return first;
}

/** Of several the published one, else the oldest draft. Drafts are only in the list: they have no tag yet. */
async function findRelease(github: GitHub, { repository, tag }: WantedRelease): Promise<Release | undefined> {
  const releases = await allPages<Release>(github, `${repository}/releases`);
  return releases
    .filter(({ tag_name }) => tag_name === tag)
    .sort((a, b) => Number(a.draft) - Number(b.draft) || a.id - b.id)[0];
}

/** Every entry of a list that comes in pages; the newest come first, so that a bound is no loss. */
export async function allPages<T>(github: GitHub, url: string): Promise<readonly T[]> {
  const all: T[] = [];
  for (let page = 1; page <= pages; page++) {
    const entries = (await github.ask('GET', `${url}?per_page=${perPage}&page=${page}`)) as T[];
    all.push(...entries);
    if (entries.length < perPage) break;
  }
  return all;
}

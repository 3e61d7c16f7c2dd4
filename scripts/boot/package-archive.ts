import { piImage } from './pi-image.ts';
import type { Session } from './session.ts';

/**
 * Whether the archive that apt of the base image names answers from here: so it does for a guest. Where it does not, the
 * checks skip `what`.
 */
export async function archiveAnswers(
  { base, checks, folder, limits }: Session,
  cache: string,
  what: string,
): Promise<boolean> {
  const listing = ['cat', base, '/etc/apt/sources.list', '--cache-dir', cache];
  const answers = await packagesAnswer(await piImage(listing, { cwd: folder, limits }));
  if (!answers) checks.skip(what, 'the package archive that the image names does not answer from here');
  return answers;
}

async function packagesAnswer(sourcesList: string): Promise<boolean> {
  const [, uri, suite] = /^deb\s+(?:\[[^\]]*\]\s+)?(\S+?)\/?\s+(\S+)/m.exec(sourcesList) ?? [];
  if (uri === undefined) return false;
  try {
    const signal = AbortSignal.timeout(20_000);
    return (await fetch(`${uri}/dists/${suite}/Release`, { method: 'HEAD', signal })).ok;
  } catch {
    return false;
  }
}

import path from 'node:path';

/** The platform's place for what can be fetched again. Pure: nothing is looked up or made. */
export function cacheDirectory(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  home: string,
): string {
  const { join, isAbsolute } = platform === 'win32' ? path.win32 : path.posix;
  const given = environment[platform === 'win32' ? 'LOCALAPPDATA' : 'XDG_CACHE_HOME'];
  // The XDG specification: a relative path is invalid and must be ignored.
  if (given && isAbsolute(given)) {
    return platform === 'win32' ? join(given, 'pi-image', 'Cache') : join(given, 'pi-image');
  }
  if (platform === 'win32') return join(home, 'AppData', 'Local', 'pi-image', 'Cache');
  return platform === 'darwin'
    ? join(home, 'Library', 'Caches', 'pi-image')
    : join(home, '.cache', 'pi-image');
}

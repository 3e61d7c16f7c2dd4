import { describe, expect, it } from 'vitest';
import { cacheDirectory } from '../../../src/source/cache/directory.ts';

describe('cacheDirectory', () => {
  it.each<[string, NodeJS.Platform, Record<string, string>, string, string]>([
    ['Linux', 'linux', {}, '/home/me', '/home/me/.cache/pi-image'],
    ['Linux with XDG', 'linux', { XDG_CACHE_HOME: '/var/tmp/me' }, '/home/me', '/var/tmp/me/pi-image'],
    [
      'a relative XDG, which is invalid',
      'linux',
      { XDG_CACHE_HOME: 'x' },
      '/home/me',
      '/home/me/.cache/pi-image',
    ],
    ['an empty XDG', 'linux', { XDG_CACHE_HOME: '' }, '/home/me', '/home/me/.cache/pi-image'],
    ['macOS', 'darwin', {}, '/Users/me', '/Users/me/Library/Caches/pi-image'],
    ['macOS with XDG', 'darwin', { XDG_CACHE_HOME: '/c' }, '/Users/me', '/c/pi-image'],
    ['Windows', 'win32', {}, 'C:\\Users\\me', 'C:\\Users\\me\\AppData\\Local\\pi-image\\Cache'],
    [
      'Windows by its variable',
      'win32',
      { LOCALAPPDATA: 'D:\\L' },
      'C:\\Users\\me',
      'D:\\L\\pi-image\\Cache',
    ],
    [
      'Windows, where XDG means nothing',
      'win32',
      { XDG_CACHE_HOME: '/c' },
      'C:\\U',
      'C:\\U\\AppData\\Local\\pi-image\\Cache',
    ],
  ])('on %s', (_what, platform, environment, home, expected) => {
    expect(cacheDirectory(environment, platform, home)).toBe(expected);
  });
});

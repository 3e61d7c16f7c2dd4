import type { Device } from '../../fleet/expand.ts';
import { type BaseReport, checkBase } from '../../image/check/checked-base.ts';
import { openFileDevice } from '../../image/file-device.ts';
import { ReadAhead } from '../../image/read-ahead.ts';
import type { BuildOptions } from '../options.ts';
import type { FleetCommon } from './device.ts';

/** What is given to all threads. The base is checked here, once for all of them. */
export function commonOf(
  devices: readonly Device[],
  base: FleetCommon['base'],
  options: BuildOptions & { readonly now: Date },
): FleetCommon {
  const { cacheDirectory, environment, offline, recover, verify, dockerConfig, zeroFree, now } = options;
  const { enlargement } = devices[0]?.spec ?? {};
  const given = {
    cacheDirectory,
    environment,
    offline,
    recover,
    verify,
    dockerConfig,
    zeroFree,
    public: options.public,
    lint: options.lint,
    compressionLevel: options.compressionLevel,
  };
  const known = Object.entries(given).filter(([, value]) => value !== undefined);
  return {
    base,
    ...(enlargement && { enlargement }),
    // For one device alone the check of the base would cost more than it spares.
    ...(devices.length > 1 && verify !== 'none' && { checked: checkFile(base.path) }),
    // process.env is no plain object, and an environment goes to other threads only as one.
    options: { ...Object.fromEntries(known), ...(environment && { environment: { ...environment } }), now },
  };
}

function checkFile(path: string): BaseReport {
  const file = openFileDevice(path, { writable: false });
  try {
    return checkBase(new ReadAhead(file));
  } finally {
    file.close();
  }
}

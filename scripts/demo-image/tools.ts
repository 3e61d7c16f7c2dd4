import { spawnSync } from 'node:child_process';

/** Time of everything in the image: the release it imitates, 2021-05-07 15:08:13 UTC. */
export const epoch = 1620400093;

/** e2fsprogs, dosfstools and mtools each have their own name for the time to use. */
const environment = {
  PATH: `${process.env['PATH']}:/usr/sbin:/sbin`,
  LC_ALL: 'C',
  TZ: 'UTC',
  SOURCE_DATE_EPOCH: String(epoch),
  E2FSPROGS_FAKE_TIME: String(epoch),
  MTOOLS_SKIP_CHECK: '1',
  MKE2FS_CONFIG: '/dev/null',
};

const packageOf: Readonly<Record<string, string>> = {
  mke2fs: 'e2fsprogs',
  debugfs: 'e2fsprogs',
  e2fsck: 'e2fsprogs',
  'mkfs.vfat': 'dosfstools',
  'fsck.vfat': 'dosfstools',
  mmd: 'mtools',
  mcopy: 'mtools',
  xz: 'xz-utils',
};

/** Throws naming every tool that is not there, and the Debian package that has it. */
export function checkTools(): void {
  const missing = Object.entries(packageOf).filter(
    ([tool]) => spawnSync(tool, ['--version'], { env: environment, stdio: 'ignore' }).error !== undefined,
  );
  if (missing.length === 0) return;
  const list = missing.map(([tool, name]) => `${tool} (package ${name})`).join(', ');
  throw new Error(`missing: ${list}`);
}

/** Runs a tool and returns what it printed; whatever it complains about is an error. */
export function run(tool: string, args: readonly string[], input = ''): string {
  const { status, stdout, stderr, error } = spawnSync(tool, args, {
    env: environment,
    input,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${tool} ${args.join(' ')}: exit ${status}\n${stdout}${stderr}`);
  return stdout + stderr;
}

import path from 'node:path';
import { execa } from 'execa';
import { rootPartitionOffset } from '../card.ts';
import { expect } from '../checks.ts';
import type { Session } from '../session.ts';
import { scriptTrace } from './image.ts';
import { probe } from './mirror.ts';
import { type Cut, cut, type Recording } from './recording.ts';
import type { Outcome } from './results.ts';

const state = '/var/lib/pi-image';

/**
 * Looks at the card that a cut leaves, without booting it, which is soon done: its journal can be replayed and nothing
 * else is to be mended, the status is whole, and what a stamp says is done is there.
 */
export async function inspectCut(recording: Recording, moment: Cut, { folder }: Session): Promise<Outcome> {
  const disk = path.join(folder, 'inspected.img');
  const injected = await cut(recording, moment, disk);
  const root = await rootOf(disk);
  // 1: it was mended, by its journal; at the first mount the kernel does the same.
  const mended = await execa('e2fsck', ['-p', root], { reject: false });
  expect((mended.exitCode ?? 99) <= 1, `e2fsck -p: ${mended.stdout}${mended.stderr}`);
  const checked = await execa('e2fsck', ['-fn', root], { reject: false });
  expect(checked.exitCode === 0, `e2fsck -fn: ${checked.stdout}`);
  const read = async (file: string): Promise<string | undefined> => {
    const { stdout, stderr } = await execa('debugfs', ['-R', `cat ${file}`, root]);
    return stderr.includes('File not found') ? undefined : stdout;
  };
  const status = await read(`${state}/status.json`);
  if (status !== undefined) JSON.parse(status);
  const [packages, script, complete] = await Promise.all(
    ['done/50-packages', 'done/90-script', 'complete'].map((name) => read(`${state}/${name}`)),
  );
  if (packages !== undefined) {
    const known = (await read('/var/lib/dpkg/status')) ?? '';
    const installed = new RegExp(`^Package: ${probe}\nStatus: install ok installed$`, 'm').test(known);
    expect(installed, `the stamp of the packages is there, but ${probe} is not installed`);
  }
  if (script !== undefined) {
    expect(
      (await read(scriptTrace))?.startsWith('ran') === true,
      'the stamp of the script is there, not its work',
    );
  }
  if (complete !== undefined) {
    expect(packages !== undefined && script !== undefined, 'all is said to be done, and a step is not');
  }
  return { name: moment.name, injected, state: 'done' };
}

/** The root partition as a file: e2fsck takes an offset, and loses it when it has replayed the journal. */
async function rootOf(disk: string): Promise<string> {
  const root = `${disk}.root`;
  const from = ['iflag=skip_bytes', `skip=${rootPartitionOffset(disk)}`];
  await execa('dd', [`if=${disk}`, `of=${root}`, 'bs=4M', ...from, 'conv=sparse']);
  return root;
}

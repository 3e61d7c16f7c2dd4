import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BenchCase } from './contenders.ts';
import { cli } from './inputs.ts';

/** Devices up to which a loop of builds is measured too; a hundred would take minutes a round. */
const mostInLoop = 10;

/** Patches for so many devices of one base image, with host name and address of their own. */
export function fleet(folder: string, count: number): BenchCase {
  const list = path.join(folder, `fleet-${count}.csv`);
  const devices = Array.from({ length: count }, (_, index) => `pi-${index + 1},10.0.0.${index + 2}/8\n`);
  writeFileSync(list, `hostname,network.eth0.address\n${devices.join('')}`);
  const out = path.join(folder, 'fleet');
  const cache = path.join(folder, 'cache');
  const before = () => rmSync(out, { recursive: true, force: true });
  const ours = [cli, 'fleet', list, '-o', path.join(out, '{{hostname}}.pipatch'), '--cache-dir', cache];
  const loop =
    'mkdir "$3"; while IFS=, read -r name address; do ' +
    'node "$1" build --hostname "$name" --address "$address" -o "$3/$name.pipatch" --cache-dir "$4" </dev/null || exit; ' +
    'done < "$2"';
  const lines = path.join(folder, `fleet-${count}.txt`);
  writeFileSync(lines, devices.join(''));
  return {
    name: `fleet-${count}`,
    ours: {
      title: `pi-image fleet, ${count} patches`,
      command: { file: 'node', args: ours, cwd: folder, before },
    },
    rivals:
      count > mostInLoop
        ? []
        : [
            {
              title: 'pi-image build in a loop',
              command: { file: 'sh', args: ['-c', loop, 'sh', cli, lines, out, cache], cwd: folder, before },
            },
          ],
    missing: [],
  };
}

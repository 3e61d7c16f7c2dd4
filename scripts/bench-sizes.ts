/*
 * How time and memory grow with the size of the image: the same edit of images of 1, 2, 4 and 8 GiB, half of each full
 * of what a root file system has, beside `cp --sparse=always`. Prints a table and draws docs/growth.svg.
 *
 *   npm run bench:sizes [-- --rounds 3] [-- --svg docs/growth.svg]
 *
 * Needs python3, xz, the base image and 25 GB of disk. On a virtual machine, memory that was not used for a while may
 * come from the host page by page, which takes longer than copying; with little memory, the same is used again:
 * `systemd-run --scope -p MemoryMax=3G npm run bench:sizes`, or a memory cgroup made by hand.
 */
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { copyToDisk } from './bench/contenders.ts';
import { drawGrowth, type Line } from './bench/growth-plot.ts';
import { archive, cli, unpacked } from './bench/inputs.ts';
import { alternate, type Command, median } from './bench/measure.ts';
import { settings } from './bench/settings.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, svg: { type: 'string' } },
});
const gibibyte = 2 ** 30;
const sizes = [1, 2, 4, 8];
/** Where the base has its root's content, so that what fills the images compresses as such does. */
const content = { position: 270 * 2 ** 20, length: 350 * 2 ** 20 };

if (!existsSync(archive)) {
  console.log(`skipped: ${archive} is not there`);
  process.exit();
}
const folder = mkdtempSync(path.join(tmpdir(), 'pi-image-sizes-'));
try {
  const base = unpacked(folder);
  const lines: Line[] = [
    { name: 'pi-image build -o x.img', points: [] },
    { name: 'pi-image build -o x.pipatch', points: [] },
    { name: 'cp --sparse=always', points: [] },
    { name: 'cp, and until the disk has it', points: [] },
  ];
  for (const size of sizes) {
    const image = enlarged(base, size);
    const runs = await alternate(commandsFor(image), Number(values.rounds));
    for (const [index, line] of lines.entries()) {
      const all = runs[index] ?? [];
      const seconds = median(all.map((run) => run.seconds));
      const megabytes = Math.max(...all.map((run) => run.megabytes));
      line.points.push({ size, seconds, megabytes });
    }
    rmSync(image);
  }
  console.table(
    lines.flatMap(({ name, points }) =>
      points.map(({ size, seconds, megabytes }) => ({
        what: name,
        GiB: size,
        'median s': seconds.toFixed(2),
        'peak MB': megabytes.toFixed(0),
      })),
    ),
  );
  if (values.svg) writeFileSync(values.svg, drawGrowth(lines));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function commandsFor(image: string): Command[] {
  const out = (name: string) => path.join(folder, name);
  writeFileSync(out('pi-image.yaml'), JSON.stringify({ ...settings, image }));
  const before = () => {
    for (const name of ['x.img', 'x.pipatch', 'copy.img']) rmSync(out(name), { force: true });
  };
  const build = (output: string): Command => ({
    ...{ file: 'node', args: [cli, 'build', '-o', out(output), '--cache-dir', out('cache')] },
    ...{ cwd: folder, before },
  });
  const copy = { file: 'cp', args: ['--sparse=always', image, out('copy.img')], cwd: folder, before };
  return [
    build('x.img'),
    build('x.pipatch'),
    copy,
    { ...copyToDisk(folder, image, out('copy.img')), before },
  ];
}

/** The base at `size` GiB, half of it full. */
function enlarged(base: string, size: number): string {
  const filler = path.join(folder, 'filler');
  writeFiller(base, filler, (size / 2) * gibibyte - (size > 1 ? 0 : 2 ** 28));
  const image = path.join(folder, `${size}.img`);
  const words = ['--no-docker', '--hostname', 'large', '--cache-dir', path.join(folder, 'cache')];
  execFileSync('node', [
    ...[cli, 'build', '--image', base, '--size', `${size}G`, '--file', `${filler}:/var/filler`, ...words],
    ...['-o', image, '--no-input', '--no-verify', '--quiet'],
  ]);
  rmSync(filler);
  return image;
}

function writeFiller(base: string, filler: string, length: number): void {
  const piece = Buffer.alloc(2 ** 20);
  const [from, to] = [openSync(base, 'r'), openSync(filler, 'w')];
  for (let at = 0; at < length; at += piece.length) {
    readSync(from, piece, 0, piece.length, content.position + (at % content.length));
    writeSync(to, piece);
  }
  closeSync(from);
  closeSync(to);
}

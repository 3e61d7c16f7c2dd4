import { lookInto } from '../../build/look-into.ts';
import type { Workbench } from '../../build/open-raw.ts';
import { type OpenFlags, openOptions } from '../open-options.ts';
import type { ProgramContext } from '../program.ts';
import { formatBytes } from '../ui/format.ts';
import { type Paint, paintFor } from '../ui/paint.ts';
import { printable } from '../ui/problem.ts';
import { chooseRenderer } from '../ui/renderer.ts';
import { writeOut } from '../ui/standard-output.ts';

export async function runInspect(image: string, flags: OpenFlags, { signal }: ProgramContext): Promise<void> {
  const renderer = chooseRenderer(flags, process.stderr, process.env);
  using opened = await lookInto({ image, directory: process.cwd() }, openOptions(flags, renderer, signal));
  renderer.close();
  await writeOut(
    flags.json ? `${JSON.stringify(report(opened))}\n` : describe(opened, paintFor(process.stdout)),
  );
}

function report({ base, image }: Workbench): Record<string, unknown> {
  const { scheme, diskId, partitions } = image.table;
  return {
    image: { name: base.name, path: base.path, size: base.size, format: base.format },
    partitionTable: { scheme, diskId },
    partitions: partitions.map((partition) => {
      const mount = image.mounts.find(({ number }) => number === partition.number);
      if (!mount) return partition;
      const { format, label } = mount.volume;
      return {
        ...partition,
        fileSystem: { format, label, mountedOn: mount.at, space: mount.volume.space() },
      };
    }),
    os: image.os,
  };
}

function describe({ base, image }: Workbench, paint: Paint): string {
  const { os, table } = image;
  const lines = [
    paint('bold', printable(os.prettyName || 'an unknown system')),
    `image      ${printable(base.title)}, ${formatBytes(base.size)} (${base.format})`,
    `release    ${[os.codename, os.arch, os.release && `${os.release.date} ${os.release.stage}`]
      .filter(Boolean)
      .map((text) => printable(String(text)))
      .join(', ')}`,
    `host name  ${printable(os.hostname)}`,
    `user       ${os.firstUser ? `${printable(os.firstUser.name)} (password: ${os.firstUserPassword})` : 'none'}`,
    `desktop    ${os.desktop ? 'yes' : 'no'}`,
    `network    ${os.network}`,
    `table      ${table.scheme.toUpperCase()} ${table.diskId}`,
  ];
  for (const partition of table.partitions) {
    const mount = image.mounts.find(({ number }) => number === partition.number);
    const where = `${partition.number}: at ${partition.offset}, ${formatBytes(partition.size)}`;
    if (!mount) {
      lines.push(`partition  ${where}, type ${partition.type}, not used`);
      continue;
    }
    const { free, size } = mount.volume.space();
    lines.push(
      `partition  ${where}, ${mount.volume.format} "${printable(mount.volume.label)}" on ${mount.at}, ${formatBytes(free)} of ${formatBytes(size)} free`,
    );
  }
  return `${lines.join('\n')}\n`;
}

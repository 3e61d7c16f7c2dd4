import { lookInto } from '../../build/look-into.ts';
import {
  type FirstBootStatus,
  largestStatus,
  noFirstBootStatus,
  parseFirstBootStatus,
} from '../../content/first-boot-status.ts';
import { type OpenFlags, openOptions } from '../open-options.ts';
import type { ProgramContext } from '../program.ts';
import { chooseRenderer } from '../ui/renderer.ts';

/** The status in an image, such as one that was read back from a card. */
export async function statusInImage(
  image: string,
  flags: OpenFlags,
  { signal }: ProgramContext,
): Promise<FirstBootStatus> {
  const renderer = chooseRenderer(flags, process.stderr, process.env);
  using opened = await lookInto({ image, directory: process.cwd() }, openOptions(flags, renderer, signal));
  renderer.close();
  const { os, tree } = opened.image;
  for (const file of [`${os.bootDir}/pi-image/status.json`, '/var/lib/pi-image/status.json']) {
    if (tree.stat(file)?.kind !== 'file') continue;
    const source = tree.open(file);
    if (!source) continue;
    const bytes = Buffer.alloc(Math.min(source.size, largestStatus + 1));
    source.readInto(bytes, 0);
    return parseFirstBootStatus(`${file} in ${image}`, bytes);
  }
  throw noFirstBootStatus(image);
}

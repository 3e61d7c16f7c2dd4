import type { BuildOption } from './build-option.ts';
import { runOptions } from './options.ts';

/** The options of `fleet`. */
export const fleetOptions: readonly BuildOption[] = [
  {
    flags: '-o, --output <pattern>',
    group: 'Image',
    description:
      "file to write for each device, such as 'out/{{hostname}}.pipatch'; its ending names the format, as for `build`",
  },
  {
    flags: '--shard <part/parts>',
    group: 'Run',
    description: 'make one part of the devices here, such as 1/4, and the others on other computers',
  },
  {
    flags: '--jobs <number>',
    group: 'Run',
    description:
      'devices made at the same time; default: one a core, and one where the format uses all cores itself',
  },
  {
    flags: '--results <file>',
    group: 'Run',
    description:
      'where to write what came of each device, as .csv or .json; default: fleet-results.csv beside the outputs',
  },
  { flags: '--overwrite', group: 'Run', description: 'replace outputs that were made of something else' },
  {
    flags: '--zero-free',
    group: 'Run',
    description: 'write zeros where the file systems have nothing',
  },
  {
    flags: '--public',
    group: 'Run',
    description: 'the images are for everybody: none with a leak or an error is made',
  },
  {
    flags: '--lint <mode>',
    group: 'Run',
    choices: ['off', 'warn', 'error'],
    description: 'what comes of what lint finds in an image, as for `build`',
  },
  {
    flags: '--compression-level <n>',
    group: 'Run',
    description: 'from fast to small, as for `build`',
  },
  {
    flags: '--verify <extent>',
    group: 'Run',
    choices: ['written', 'full'],
    description: 'how much of each output is read back, as for `build`',
  },
  { flags: '--no-verify', group: 'Run', description: 'do not read the outputs back' },
  ...runOptions,
];

export const fleetExamples = `
Each line of the list is a device: the first names the columns, which are settings by their dotted names (hostname,
network.eth0.address) or variables for {{…}} in the settings that all devices share. docs/fleet.md tells all of it.
The exit code is that of the first device that failed. The same command goes on where a run was ended.

Examples:
  $ pi-image fleet fleet.csv pi-image.yaml -o 'out/{{hostname}}.pipatch'
  $ pi-image fleet fleet.yaml
  $ pi-image fleet fleet.csv --shard 2/8 -o 'out/{{hostname}}.img.xz'`;

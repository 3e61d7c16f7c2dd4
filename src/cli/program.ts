import { Command, Option } from 'commander';
import { packageVersion } from '../content/package-version.ts';
import type { BuildOption } from './build-option.ts';
import { addOptions, repeatable } from './command-options.ts';
import {
  applyExamples,
  buildExamples,
  completionExamples,
  examples,
  explainExamples,
  personalizeExamples,
  reproduceExamples,
} from './examples.ts';
import { fleetExamples, fleetOptions } from './fleet-options.ts';
import { buildOptions, personalizeOptions, planOptions } from './options.ts';

export interface ProgramContext {
  readonly signal: AbortSignal;
}

/**
 * The whole command line. `forCompletion` leaves out the two commands that the completion library brings itself.
 * Only the parser is loaded here; each command brings its own code when it runs.
 */
export function createProgram(context: ProgramContext, { forCompletion = false } = {}): Command {
  const program = new Command('pi-image')
    .description('Takes a stock Raspberry Pi image and gives back a finished one: ssh, Wi-Fi, VNC, Docker.')
    .version(packageVersion(), '-V, --version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .addHelpText('after', examples)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ outputError: () => {} });

  withOptions(program.command('build').summary('make an image'), buildOptions)
    .description('Makes a finished image from a base image and what the options or pi-image.yaml say.')
    .addHelpText('after', buildExamples)
    .action(async (config, options) =>
      (await import('./commands/build.ts')).runBuild(config, options, context),
    );

  withOptions(program.command('plan').summary('show what a build would change'), planOptions)
    .description('Shows every edit that a build would make, and makes none.')
    .action(async (config, options) =>
      (await import('./commands/plan.ts')).runPlan(config, options, context),
    );

  const fleet = program.command('fleet').summary('make images or patches for many devices');
  withOptions(fleet.argument('<list>', 'the devices: a .csv or .yaml file'), fleetOptions)
    .description('Makes an image or a patch for each device of a list, out of one base image.')
    .addHelpText('after', fleetExamples)
    .action(async (list, config, options) =>
      (await import('./commands/fleet.ts')).runFleet(list, config, options, context),
    );

  const published = 'an image that pi-image built: a file, raw or compressed';
  withOptions(
    program
      .command('personalize')
      .summary('add to an image that pi-image built')
      .argument('<image>', published),
    personalizeOptions,
    'settings as in pi-image.yaml; - reads standard input',
  )
    .description('Makes a copy of an image that pi-image built, with what is asked for and nothing else.')
    .addHelpText('after', personalizeExamples)
    .action(async (image, config, options) =>
      (await import('./commands/personalize.ts')).runPersonalize(image, config, options, context),
    );

  imageCommand(program, 'inspect', 'show partitions, system and free space of an image')
    .option(...recoverOption)
    .action(async (image, options) =>
      (await import('./commands/inspect.ts')).runInspect(image, options, context),
    );
  imageCommand(program, 'explain', 'show what pi-image did to an image, and from what')
    .option(...recoverOption)
    .addHelpText('after', explainExamples)
    .action(async (image, options) =>
      (await import('./commands/explain.ts')).runExplain(image, options, context),
    );
  imageCommand(program, 'verify', 'check the file systems of an image').action(async (image, options) =>
    (await import('./commands/verify.ts')).runVerify(image, options, context),
  );
  imageCommand(program, 'apply', 'make an image of a base image and a patch')
    .argument('<patch>', 'the .pipatch that `build -o NAME.pipatch` wrote')
    .requiredOption('-o, --output <file>', 'file to write; the ending names the format')
    .option('--sha256 <hex>', 'SHA-256 of the base image as downloaded; required for a URL')
    .option('--overwrite', 'replace the output file if it exists')
    .option('--checksums', 'write SHA256SUMS beside the output')
    .option('--bmap', 'write a block map beside the output')
    .addHelpText('after', applyExamples)
    .action(async (image, patch, options) =>
      (await import('./commands/apply.ts')).runApply(image, patch, options, context),
    );
  program
    .command('reproduce')
    .summary('make a release again and compare')
    .description('Makes the release that a manifest tells of once more, compares, and keeps nothing.')
    .argument('<manifest>', 'the manifest.json that `build --release` wrote')
    .addOption(repeatable(new Option('--secret <setting=file>', 'a secret that was left out (repeatable)')))
    .option('--directory <dir>', 'folder that paths in the manifest start at; default: the current one')
    .option('--cache-dir <dir>', 'where base images are kept')
    .option('--offline', 'use only what is in the cache')
    .option('--no-input', 'never ask, fail instead')
    .option('--json', 'one JSON object a line')
    .addHelpText('after', reproduceExamples)
    .action(async (manifest, options) =>
      (await import('./commands/reproduce.ts')).runReproduce(manifest, options, context),
    );
  imageCommand(program, 'ls', 'list files of an image')
    .option(...recoverOption)
    .argument('[path]', 'directory or file in the image', '/')
    .option('-l, --long', 'mode, owner, size and time too')
    .option('-R, --recursive', 'everything below')
    .action(async (image, path, options) =>
      (await import('./commands/ls.ts')).runLs(image, path, options, context),
    );
  imageCommand(program, 'cat', 'print a file of an image')
    .option(...recoverOption)
    .argument('<path...>', 'files in the image')
    .action(async (image, paths, options) =>
      (await import('./commands/cat.ts')).runCat(image, paths, options, context),
    );
  imageCommand(program, 'lint', 'find leaks and faults in an image')
    .option('--public', 'the image is for everybody: leaks are errors')
    .addOption(
      repeatable(new Option('--skip <rule>', 'leave a rule out (repeatable); docs/lint.md lists them')),
    )
    .option('--fix', 'write a copy in which what can safely be mended is mended')
    .option('-o, --output <file>', 'the copy; the ending names the format')
    .option('--overwrite', 'replace the copy if it exists')
    .addOption(new Option('--sarif', 'SARIF 2.1.0, for code scanning').conflicts('json'))
    .addHelpText('after', '\nThe exit code is 1 when errors are found, 0 otherwise.')
    .action(async (image, options) => (await import('./commands/lint.ts')).runLint(image, options, context));
  imageCommand(program, 'diff', 'compare two images')
    .argument('<other>', 'the image to compare it with')
    .option('-q, --brief', 'only which files differ')
    .option('--times', 'compare times of change too')
    .option('--show-secrets', 'show changes in files that not everybody may read')
    .addHelpText('after', '\nThe exit code is 0 when they are the same, 1 when they differ.')
    .action(async (image, other, options) =>
      (await import('./commands/diff.ts')).runDiff(image, other, options, context),
    );

  program
    .command('find')
    .summary('find Raspberry Pis in the local network')
    .description(
      'Finds the Raspberry Pis in the local network: their names, addresses, and what answers there.',
    )
    .option('--wait <name>', 'return when that Pi is up, and say how to log in')
    .option('--timeout <seconds>', 'how long to look (4), or to wait (600)')
    .option('--user <name>', 'account to name after --wait', 'pi')
    .option('--scan', 'send something to every address of the network, to find those that are silent')
    .option('--json', 'one JSON object a line')
    .action(async (options) => (await import('./commands/find.ts')).runFind(options, context));
  program
    .command('status')
    .summary('show how far the first boot of a card is')
    .description('Shows how far the first boot is, from the card, an image of it, or its status.json.')
    .argument('<path>', 'the folder that the card is mounted on, status.json itself, or an image')
    .option('--json', 'the status as JSON')
    .action(async (path, options) =>
      (await import('./commands/status.ts')).runStatus(path, options, context),
    );
  program
    .command('images')
    .summary('list the base images known by name')
    .description('Lists the base images known by name, or shows one.')
    .argument('[name]')
    .option('--json', 'one JSON object a line')
    .action(async (name, options) => (await import('./commands/images.ts')).runImages(name, options));
  program
    .command('init')
    .summary('write a commented pi-image.yaml')
    .description('Writes a commented pi-image.yaml to start from.')
    .argument('[file]', 'file to write', 'pi-image.yaml')
    .option('--image <name>', 'base image', 'raspbian-buster')
    .option('--overwrite', 'replace the file if it exists')
    .action(async (file, options) => (await import('./commands/init.ts')).runInit(file, options));
  const cache = program.command('cache').summary('show or empty the store of base images');
  for (const verb of ['list', 'path', 'clear'] as const) {
    cache
      .command(verb)
      .summary({ list: 'what is in it', path: 'where it is', clear: 'delete all of it' }[verb])
      .option('--cache-dir <dir>', 'another place than the default')
      .option('--json', 'one JSON object a line')
      .action(async (options) => (await import('./commands/cache.ts')).runCache(verb, options));
  }
  if (forCompletion) return program;
  program
    .command('completion')
    .summary('print a completion script for a shell')
    .description('Prints a completion script, for the file that the shell reads when it starts.')
    .argument('<shell>', 'bash, zsh, fish or powershell')
    .addHelpText('after', completionExamples)
    .action(async (shell) => {
      const { printCompletionScript } = await import('./commands/completion.ts');
      printCompletionScript(shell, createProgram(context, { forCompletion: true }));
    });
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action(async (words) => {
      const { printCompletions } = await import('./commands/completion.ts');
      await printCompletions(words, createProgram(context, { forCompletion: true }));
    });
  return program;
}

function withOptions(
  command: Command,
  options: readonly BuildOption[],
  config = 'pi-image.yaml; - reads standard input; default: ./pi-image.yaml if it exists',
): Command {
  return addOptions(command.argument('[config]', config), options);
}

function imageCommand(program: Command, name: string, summary: string): Command {
  return program
    .command(name)
    .summary(summary)
    .description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}. The image may be compressed.`)
    .argument('<image>', 'a file, or a name from `pi-image images`')
    .option('--cache-dir <dir>', 'where unpacked images are kept')
    .option('--offline', 'use only what is in the cache')
    .option('--json', 'one JSON object a line');
}

const recoverOption = ['--recover', 'accept the image of a Pi that was not shut down'] as const;

import type { ComposeProject } from '../content/compose.ts';
import { parseCompose } from '../content/compose.ts';
import { directory, type EditDraft, link, write } from '../model/edit.ts';
import { PiImageError } from '../model/errors.ts';
import type { HostDirectory, HostFile, HostInput } from '../model/host-input.ts';
import { imagePath } from './atoms.ts';

/** A compose project of the build machine: what it says, and the files that belong to it by their relative paths. */
export interface ComposeFiles {
  /** Name of the compose file among the others. */
  readonly main: string;
  readonly project: ComposeProject;
  readonly entries: HostDirectory['entries'];
  /** Of the folder it is in, by which Compose calls a project that has no name. */
  readonly folder: string;
}

/** In the order in which Compose looks for them. */
const names = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'] as const;

/** Reads the compose file that a setting names, or the one in the folder that it names. `asked` is for messages. */
export function composeFiles(asked: string, input: HostInput): ComposeFiles {
  const parts = input.path.split(/[\\/]+/).filter((part) => part !== '');
  if (input.kind === 'file') {
    const project = parseCompose(asked, textOf(asked, input));
    const [needed] = project.hostPaths;
    if (needed !== undefined) {
      throw new PiImageError(
        'spec.invalid',
        `the compose file ${asked} needs ${needed}, which lies beside it`,
        {
          help: 'give the folder instead of the file, and all that is in it is put into the image',
        },
      );
    }
    return { main: 'compose.yaml', project, entries: { 'compose.yaml': input }, folder: parts.at(-2) ?? '' };
  }
  const main = names.find((name) => input.entries[name]?.kind === 'file');
  const file = main === undefined ? undefined : input.entries[main];
  if (main === undefined || file?.kind !== 'file') {
    throw new PiImageError('spec.missing', `the folder ${asked} has no compose file`, {
      help: `it has to be called ${names.join(', or ')}`,
    });
  }
  const project = parseCompose(`${asked}/${main}`, textOf(asked, file));
  const missing = project.hostPaths.find((one) => !isIn(input.entries, one));
  if (missing !== undefined) {
    throw new PiImageError('spec.missing', `${asked}/${main} needs ${missing}, which is not in ${asked}`, {
      help: 'put it there (an empty folder will do), or write the absolute path that it has on the Pi',
    });
  }
  return { main, project, entries: input.entries, folder: parts.at(-1) ?? '' };
}

/** Puts the files of a project into a folder of the image. */
export function fileEdits(folder: string, entries: HostDirectory['entries']): EditDraft[] {
  return Object.entries(entries).map(([name, entry]) => {
    const path = `${folder}/${name}`;
    if (!imagePath.safeParse(path).success) {
      throw new PiImageError(
        'spec.invalid',
        `${JSON.stringify(name)} cannot be the name of a file in the image`,
      );
    }
    if (entry.kind === 'link') return link(path, entry.target);
    if (entry.kind === 'directory') return directory(path, { mode: 0o755 });
    const content = entry.bytes ?? { hostFile: entry.path, size: entry.size };
    // What the shell and Compose read variables from; often with passwords in it.
    if (/(^|\/|\.)env$/.test(name)) return write(path, content, { mode: 0o600, sensitive: true });
    return write(path, content, { mode: (entry.mode & 0o111) !== 0 ? 0o755 : 0o644 });
  });
}

function textOf(asked: string, { bytes }: HostFile): string {
  if (bytes) return Buffer.from(bytes).toString('utf8');
  throw new PiImageError('spec.invalid', `the compose file ${asked} is longer than 1 MiB`);
}

/** `./data/` and the folder itself are there, `../x` is not. */
function isIn(entries: HostDirectory['entries'], name: string): boolean {
  const plain = name.replace(/^\.\/+/, '').replace(/\/+$/, '');
  return plain === '' || plain === '.' || Object.hasOwn(entries, plain);
}

import { z } from 'zod';
import type { Content } from '../model/content.ts';
import { directory, type EditDraft, link, type Owner, root, write } from '../model/edit.ts';
import { PiImageError } from '../model/errors.ts';
import type { HostDirectory, HostFile } from '../model/host-input.ts';
import type { Advice, Login } from '../model/plan.ts';
import { contentText, hostPath, imagePath, mode, owner } from './atoms.ts';
import { type Context, defineCustomization } from './customization.ts';
import { contentAdvice } from './files-advice.ts';

/** Mounted over when the Pi runs, so that nothing put there would ever be seen. */
const hidden = /^\/(?:dev|proc|run|sys)(?:\/|$)/;

const file = z
  .strictObject({
    source: hostPath
      .optional()
      .describe('File or folder of this computer; a folder is copied with all below it'),
    content: contentText.optional().describe('Text of the file, instead of a source'),
    target: imagePath
      .refine((path) => path !== '/', { error: 'the target is the path of the file or folder itself, not /' })
      .refine((path) => !hidden.test(path), { error: 'nothing put there would be seen once the Pi runs' })
      .describe('Absolute path in the image; of a file, its whole path with the name'),
    mode: mode
      .optional()
      .describe('Permissions of files, such as "0644"; default: as in the image, 0755 for programs'),
    owner: owner
      .optional()
      .describe('"user:group" by name or number; default: root, in the home of the user the user'),
    sensitive: z.boolean().default(false).describe('Whether plans and manifests hide the content'),
  })
  .refine((one) => (one.source === undefined) !== (one.content === undefined), {
    error: 'give either a source or a content',
    path: ['target'],
  });

type FileSettings = z.output<typeof file>;

export const files = defineCustomization({
  name: 'files',
  summary: 'Files and folders of your own',
  schema: z.array(file),
  inputs: (settings) => settings.flatMap(({ source }) => source ?? []),
  contribute(settings, context) {
    const contributions = settings.map((one) => contributionOf(one, context));
    const edits = contributions.flatMap((one) => one.edits);
    const targets = settings.map(({ target }) => target);
    return {
      edits: [...parentEdits(targets, edits, context.login), ...edits],
      advice: contributions.flatMap(({ advice }) => advice),
    };
  },
});

function contributionOf(settings: FileSettings, context: Context): { edits: EditDraft[]; advice: Advice[] } {
  const { source, content = '', target } = settings;
  const ownerOf = settings.owner ?? ownerIn(target, context.login);
  if (source === undefined) {
    return {
      edits: [fileEdit(target, content, settings, ownerOf, false)],
      advice: contentAdvice(target, Buffer.from(content), context.os),
    };
  }
  const input = context.input(source);
  if (input.kind === 'file') {
    return {
      edits: [hostFileEdit(target, input, settings, ownerOf)],
      advice: contentAdvice(target, input.bytes, context.os),
    };
  }
  const parts = Object.entries(input.entries).map(([name, entry]) => ({ path: `${target}/${name}`, entry }));
  return {
    edits: [
      directory(target, { ...dirMode(settings), owner: ownerOf }),
      ...parts.map(({ path, entry }) => entryEdit(path, entry, settings, ownerOf)),
    ],
    advice: parts.flatMap(({ path, entry }) =>
      entry.kind === 'file' ? contentAdvice(path, entry.bytes, context.os) : [],
    ),
  };
}

/** Links are made again as links and never followed on the build machine. */
function entryEdit(
  path: string,
  entry: HostDirectory['entries'][string],
  settings: FileSettings,
  ownerOf: Owner,
): EditDraft {
  checkName(path);
  if (entry.kind === 'link') return link(path, entry.target);
  if (entry.kind === 'directory') return directory(path, { ...dirMode(settings), owner: ownerOf });
  return hostFileEdit(path, entry, settings, ownerOf);
}

function hostFileEdit(path: string, input: HostFile, settings: FileSettings, ownerOf: Owner): EditDraft {
  const content: Content = input.bytes ?? { hostFile: input.path, size: input.size };
  return fileEdit(path, content, settings, ownerOf, (input.mode & 0o111) !== 0);
}

/** Without a mode, programs become 0755 and a file that is replaced keeps the mode it has in the image. */
function fileEdit(
  path: string,
  content: Content,
  settings: FileSettings,
  ownerOf: Owner,
  program: boolean,
): EditDraft {
  const wanted = settings.mode ?? (program ? 0o755 : undefined);
  return write(path, content, {
    ...(wanted !== undefined && { mode: wanted }),
    owner: ownerOf,
    ...(settings.sensitive && { sensitive: true }),
  });
}

/** Who may read a file may enter its folder. */
function dirMode({ mode: fileMode }: FileSettings): { mode?: number } {
  return fileMode === undefined ? {} : { mode: (fileMode & 0o777) | ((fileMode & 0o444) >> 2) };
}

function ownerIn(target: string, login: Login | undefined): Owner {
  return login && target.startsWith(`${login.home}/`) ? { user: login.uid, group: login.gid } : root;
}

/** Folders on the way to a file in the user's home belong to the user, or the desktop could not write beside it. */
function parentEdits(
  targets: readonly string[],
  edits: readonly EditDraft[],
  login: Login | undefined,
): EditDraft[] {
  if (!login) return [];
  const asked = new Set(edits.filter(({ kind }) => kind === 'directory').map(({ path }) => path));
  const parents = new Set(targets.flatMap((target) => foldersBetween(login.home, target)));
  return [...parents]
    .filter((path) => !asked.has(path))
    .map((path) => directory(path, { owner: { user: login.uid, group: login.gid } }));
}

function foldersBetween(home: string, target: string): string[] {
  if (!target.startsWith(`${home}/`)) return [];
  const names = target
    .slice(home.length + 1)
    .split('/')
    .slice(0, -1);
  return names.map((_, index) => `${home}/${names.slice(0, index + 1).join('/')}`);
}

function checkName(path: string): void {
  if (imagePath.safeParse(path).success) return;
  throw new PiImageError('spec.invalid', `${JSON.stringify(path)} cannot be the name of a file in the image`);
}

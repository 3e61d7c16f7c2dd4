import fs from 'node:fs';
import path from 'node:path';
import type { NewEntry } from './entry.ts';
import { epoch, run } from './tools.ts';

const fileTypes = { file: 0o100000, directory: 0o040000 } as const;

/** What mke2fs is told, as pi-gen told it for Buster, with everything fixed that it would choose at random. */
const mke2fsOptions = [
  ['-t', 'ext4', '-L', 'rootfs', '-b', '4096', '-I', '256', '-N', '8192', '-m', '1'],
  ['-J', 'size=4'],
  ['-O', 'none,has_journal,ext_attr,resize_inode,dir_index,filetype,extent,flex_bg'],
  ['-O', 'sparse_super,large_file,dir_nlink,extra_isize'],
  ['-U', 'a7adb26a-8b87-4729-99c8-9f5ac069d51e'],
  ['-E', 'hash_seed=3f4c1f0e-8ddb-4d7c-9b8a-2e63b54f8a11,lazy_itable_init=0,lazy_journal_init=0,nodiscard'],
].flat();

/** Makes an ext4 file system of `size` bytes in the file `image` and fills it through debugfs, which needs no root. */
export function makeExt4(
  image: string,
  size: number,
  entries: readonly NewEntry[],
  workFolder: string,
): void {
  run('mke2fs', ['-q', '-F', ...mke2fsOptions, image, `${size / 1024}k`]);
  const commands = entries.flatMap((entry, index) => commandsFor(entry, path.join(workFolder, `f${index}`)));
  const output = run('debugfs', ['-w', '-f', '-', image], `${commands.join('\n')}\n`);
  const complaints = output
    .split('\n')
    .filter((line) => line !== '' && !/^debugfs( |:)|^Allocated inode: \d+$/.test(line));
  if (complaints.length > 0) throw new Error(`debugfs: ${complaints.join('\n')}`);
  run('e2fsck', ['-fn', image]);
}

function commandsFor(entry: NewEntry, contentFile: string): readonly string[] {
  const folder = path.posix.dirname(entry.path);
  const name = path.posix.basename(entry.path);
  const enter = `cd "${folder}"`;
  switch (entry.kind) {
    case 'link':
      return [enter, `symlink "${name}" "${entry.target}"`];
    case 'directory':
      return [enter, `mkdir "${name}"`, ...attributes(entry)];
    case 'file':
      fs.writeFileSync(contentFile, entry.content);
      fs.utimesSync(contentFile, epoch, epoch);
      return [enter, `write "${contentFile}" "${name}"`, ...attributes(entry)];
  }
}

function attributes(entry: Exclude<NewEntry, { kind: 'link' }>): readonly string[] {
  const mode = `0${(fileTypes[entry.kind] | entry.mode).toString(8)}`;
  const fields = { mode, uid: entry.uid, gid: entry.gid };
  return Object.entries(fields).map(([field, value]) => `set_inode_field "${entry.path}" ${field} ${value}`);
}

import { remove, write } from '../../model/edit.ts';
import type { ReadableTree } from '../../model/tree.ts';
import { boundedBytes, namesIn, pathsIn } from '../files.ts';
import type { Rule } from '../rule.ts';

/** Written by a system that runs; what dpkg and debootstrap log while an image is made is not among them. */
const written =
  /^(?:auth\.log|btmp|cloud-init(?:-output)?\.log|daemon\.log|debug|kern\.log|lastlog|messages|syslog|tallylog|user\.log|wtmp)(?:\.\d+(?:\.gz)?)?$/;

const enough = 1024 * 1024;

export const logs: Rule = {
  id: 'logs',
  level: 'note',
  leak: true,
  summary: 'logs of a system that has run',
  why: 'They name networks, addresses and logins of the place where the image was made.',
  fix: 'empty the logs and delete the journal; a Pi starts new ones',
  check: ({ tree }) =>
    [...textLogs(tree), ...journals(tree)].map((path) => ({ path, message: 'a log is not empty' })),
  mend: ({ tree }) => [...textLogs(tree).map((path) => write(path, '')), ...journals(tree).map(remove)],
};

function textLogs(tree: ReadableTree): readonly string[] {
  return pathsIn(tree, '/var/log', written).filter((path) => saysSomething(tree, path));
}

/** useradd(8) makes lastlog as large as it may get, all zeros. */
function saysSomething(tree: ReadableTree, path: string): boolean {
  const bytes = boundedBytes(tree, path, enough);
  return bytes !== undefined && !bytes.equals(Buffer.alloc(bytes.length));
}

function journals(tree: ReadableTree): readonly string[] {
  return namesIn(tree, '/var/log/journal').flatMap((id) =>
    pathsIn(tree, `/var/log/journal/${id}`, /\.journal~?$/),
  );
}

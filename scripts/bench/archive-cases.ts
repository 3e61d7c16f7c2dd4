import { rmSync } from 'node:fs';
import path from 'node:path';
import { type BenchCase, buildCommand, copyToDisk, removed, shell, withInstalled } from './contenders.ts';
import { afterLastByte, fromServer } from './http.ts';
import { archive, zipped } from './inputs.ts';

/** From archives and to archives. */
export function* archiveCases(folder: string, image: string): Generator<BenchCase> {
  yield xzToXz(folder);
  yield zipToRaw(folder, image);
  yield zipToXz(folder, image);
  yield rawToGzip(folder, image);
  yield rawToZip(folder, image);
  yield httpToRaw(folder, image);
}

function xzToXz(folder: string): BenchCase {
  const output = path.join(folder, 'out.img.xz');
  const first = cleared(folder, 'xz', output);
  return withInstalled({
    name: 'xz-to-xz',
    ours: {
      title: 'pi-image build, later',
      command: { ...buildCommand(folder, output, '--image', archive), before: removed(output) },
    },
    rivals: [
      {
        title: 'pi-image build, nothing cached',
        command: {
          ...buildCommand(folder, output, '--image', archive, ...first.options),
          before: first.before,
        },
      },
      {
        title: 'xz -dc | xz -T0 -6',
        command: shell(folder, 'xz -dc "$1" | xz -T0 -6 > "$2"', archive, output),
        needs: ['xz'],
      },
    ],
  });
}

/** The first build from a download: nothing is in the cache yet. */
function zipToRaw(folder: string, image: string): BenchCase {
  const zip = zipped(folder, image);
  const output = path.join(folder, 'out.img');
  const { options, before } = cleared(folder, 'zip', output);
  return withInstalled({
    name: 'zip-to-img',
    ours: {
      title: 'pi-image build, nothing cached',
      command: { ...buildCommand(folder, output, '--image', zip, ...options), before },
    },
    rivals: [
      { title: 'unzip -p', command: shell(folder, 'unzip -p "$1" > "$2"', zip, output), needs: ['unzip'] },
    ],
  });
}

function zipToXz(folder: string, image: string): BenchCase {
  const zip = zipped(folder, image);
  const output = path.join(folder, 'out.img.xz');
  const { options, before } = cleared(folder, 'zip-to-xz', output);
  return withInstalled({
    name: 'zip-to-xz',
    ours: {
      title: 'pi-image build, later',
      command: { ...buildCommand(folder, output, '--image', zip), before: removed(output) },
    },
    rivals: [
      {
        title: 'pi-image build, nothing cached',
        command: { ...buildCommand(folder, output, '--image', zip, ...options), before },
      },
    ],
  });
}

function rawToGzip(folder: string, image: string): BenchCase {
  const output = path.join(folder, 'out.img.gz');
  return withInstalled({
    name: 'img-to-gz',
    ours: {
      title: 'pi-image build',
      command: { ...buildCommand(folder, output), before: removed(output) },
    },
    rivals: [
      {
        title: 'pi-image build --zero-free',
        command: { ...buildCommand(folder, output, '--zero-free'), before: removed(output) },
      },
      { title: 'gzip -6', command: shell(folder, 'gzip -6 < "$1" > "$2"', image, output), needs: ['gzip'] },
    ],
  });
}

function rawToZip(folder: string, image: string): BenchCase {
  const output = path.join(folder, 'out.zip');
  return withInstalled({
    name: 'img-to-zip',
    ours: {
      title: 'pi-image build',
      command: { ...buildCommand(folder, output), before: removed(output) },
    },
    rivals: [
      { title: 'zip -6', command: shell(folder, 'zip -q -6 "$2" "$1"', image, output), needs: ['zip'] },
    ],
  });
}

/** Bytes a second of a network on which the decoder of the archive keeps up on two cores. */
const networkRate = { xz: 6e6, zip: 40e6 };

/**
 * Over loopback, as fast as it goes and as a network does. What counts is the time from the last byte that was sent to
 * the finished file. Rivals only download and unpack, and see that it is on the disk; the last one only writes.
 */
function httpToRaw(folder: string, image: string): BenchCase {
  const output = path.join(folder, 'out.img');
  const zip = zipped(folder, image);
  const each = [
    { archive, title: '.img.xz' },
    { archive: zip, title: '.zip' },
    { archive, title: `.img.xz at ${networkRate.xz / 1e6} MB/s`, rate: networkRate.xz },
    { archive: zip, title: `.zip at ${networkRate.zip / 1e6} MB/s`, rate: networkRate.zip },
  ];
  const builds = each.map(({ title, ...served }) => {
    const { options, before } = cleared(folder, `http-${path.extname(served.archive)}`, output);
    const command = { ...buildCommand(folder, output, ...options, ...fromServer(served)), before };
    return { title: `pi-image build of ${title}`, command: afterLastByte(folder, served, command) };
  });
  const unpacking = each.map(({ title, ...served }) => {
    const isZip = served.archive === zip;
    const script = isZip ? 'curl -sSo "$3" "$1" && unzip -p "$3" > "$2"' : 'curl -sS "$1" | xz -dcT0 > "$2"';
    const command = shell(folder, `${script} && sync "$2"`, 'URL', output, path.join(folder, 'download'));
    return {
      title: `${isZip ? 'curl, unzip -p' : 'curl | xz -dc -T0'} of ${title}, sync`,
      command: afterLastByte(folder, served, command),
      needs: ['curl', isZip ? 'unzip' : 'xz'],
    };
  });
  const writing = {
    title: 'cp --sparse=always, sync',
    command: copyToDisk(folder, image, output),
  };
  const [ours, ...rest] = builds;
  if (ours === undefined) throw new Error('there is nothing to measure');
  return withInstalled({ name: 'http-to-img', ours, rivals: [...rest, ...unpacking, writing] });
}

/** A cache of its own that is empty before each run. */
function cleared(folder: string, name: string, output: string) {
  const cache = path.join(folder, `cache-of-${name}`);
  return {
    options: ['--cache-dir', cache],
    before() {
      rmSync(output, { force: true });
      rmSync(cache, { recursive: true, force: true });
    },
  };
}

/*
 * Large content: time and peak memory of our engine beside debugfs and a kernel mount, each judged by e2fsck. Needs
 * e2fsprogs and 10 GB of disk; the kernel takes part where this runs as root. npx tsx scripts/bench-large.ts [--only CASE]
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { checkExt4 } from '../src/image/check/ext4.ts';
import { type Ext4Volume, openExt4 } from '../src/image/ext4/volume.ts';
import { openFileDevice } from '../src/image/file-device.ts';
import { createOverlay } from '../src/image/overlay.ts';
import { bytesSource } from '../src/model/content.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    /** Does the work of one case to an image; the measurement runs this in a process of its own. */
    work: { type: 'string' },
    image: { type: 'string', default: '' },
  },
});
const mebibyte = 1024 ** 2;
const fileSize = 2048 * mebibyte;
const folders = 200;
const perFolder = 1000;
const small = 'x'.repeat(200);

interface Case {
  readonly size: string;
  readonly options: readonly string[];
  readonly ours: (volume: Ext4Volume) => void;
  /** Requests for debugfs, which reads host files. */
  readonly debugfs: (source: string) => Iterable<string>;
  /** Shell commands in the mounted file system; $1 is a folder with the host files. */
  readonly kernel: string;
}

const manyFiles: Omit<Case, 'size' | 'options'> = {
  ours(volume) {
    const content = bytesSource(Buffer.from(small));
    for (let folder = 0; folder < folders; folder++) {
      volume.makeDirectory(`/d${folder}`);
      for (let file = 0; file < perFolder; file++)
        volume.write(`/d${folder}/some-file-name-${file}.txt`, content);
    }
  },
  *debugfs(source) {
    for (let folder = 0; folder < folders; folder++) {
      yield `mkdir d${folder}`;
      yield `cd d${folder}`;
      for (let file = 0; file < perFolder; file++) yield `write ${source}/small some-file-name-${file}.txt`;
      yield 'cd /';
    }
  },
  kernel: `for d in $(seq 0 ${folders - 1}); do mkdir d$d; for f in $(seq 0 ${perFolder - 1}); do echo ${small} > d$d/some-file-name-$f.txt; done; done`,
};

const aHundred: Omit<Case, 'size' | 'options'> = {
  ours(volume) {
    for (let file = 0; file < 100; file++) volume.write(`/file-${file}`, bytesSource(Buffer.from(small)));
  },
  *debugfs(source) {
    for (let file = 0; file < 100; file++) yield `write ${source}/small file-${file}`;
  },
  kernel: 'for f in $(seq 0 99); do cp "$1/small" file-$f; done',
};

const cases: Readonly<Record<string, Case>> = {
  '2 GiB file into 8 GiB': {
    size: '8G',
    options: [],
    ours: (volume) =>
      volume.write('/large', {
        size: fileSize,
        readInto: (target, position) => void target.fill(position / mebibyte),
      }),
    debugfs: (source) => [`write ${source}/large large`],
    kernel: 'cp "$1/large" large',
  },
  '200,000 files into 4 GiB': { size: '4G', options: ['-N', '400000'], ...manyFiles },
  '100 files into 16 GiB': { size: '16G', options: [], ...aHundred },
  '100 files into 64 GiB': { size: '64G', options: [], ...aHundred },
};

if (values.work !== undefined) work(cases[values.work]!, values.image);
else measure();

/** What a build does: edits in an overlay, then the changed pages into the image. */
function work({ ours }: Case, image: string): void {
  const device = openFileDevice(image, { writable: true });
  const overlay = createOverlay(device, { spillDirectory: path.dirname(image) });
  const volume = openExt4(overlay, { now: () => new Date(1.7e12) });
  ours(volume);
  volume.flush();
  const piece = new Uint8Array(mebibyte);
  for (const { position, length } of overlay.dirtyRuns()) {
    for (let done = 0; done < length; done += piece.length) {
      const part = piece.subarray(0, Math.min(piece.length, length - done));
      overlay.readInto(part, position + done);
      device.writeFrom(part, position + done);
    }
  }
  overlay.close();
  device.close();
  console.log(Math.round(process.resourceUsage().maxRSS / 1024));
}

function measure(): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'pi-image-large-'));
  try {
    writeFileSync(path.join(folder, 'small'), small);
    execFileSync('sh', [
      '-c',
      `head -c ${fileSize} /dev/zero | tr '\\0' x > "$1"`,
      'sh',
      path.join(folder, 'large'),
    ]);
    for (const [name, one] of Object.entries(cases).filter(([title]) => title.includes(values.only)))
      console.table(rowsOf(name, one, folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function rowsOf(name: string, one: Case, folder: string): readonly Record<string, unknown>[] {
  const image = path.join(folder, 'card.img');
  const timed = (what: string, act: () => string): Record<string, unknown> => {
    rmSync(image, { force: true });
    execFileSync('truncate', ['-s', one.size, image]);
    execFileSync('mke2fs', ['-q', '-F', '-t', 'ext4', '-O', '64bit,metadata_csum', ...one.options, image]);
    const started = performance.now();
    const memory = act();
    const seconds = ((performance.now() - started) / 1000).toFixed(2);
    const clean = spawnSync('e2fsck', ['-fn', image]).status === 0;
    return { case: name, what, seconds, 'peak MiB': memory, e2fsck: clean ? 'clean' : 'DIRTY' };
  };
  const rows = [
    timed('ours', () => {
      const args = [...process.execArgv, import.meta.filename, '--work', name, '--image', image];
      return execFileSync(process.execPath, args, { encoding: 'utf8' }).trim();
    }),
  ];
  const device = openFileDevice(image, { writable: false });
  const started = performance.now();
  const faults = checkExt4(device).length;
  device.close();
  rows.push({
    case: name,
    what: 'our check of it',
    seconds: ((performance.now() - started) / 1000).toFixed(2),
    e2fsck: `${faults} faults`,
  });
  rows.push(
    timed('debugfs -w', () => {
      execFileSync('debugfs', ['-w', '-f', '-', image], {
        input: `${[...one.debugfs(folder)].join('\n')}\n`,
        stdio: 'pipe',
        maxBuffer: 1024 * mebibyte,
      });
      return '';
    }),
  );
  if (process.getuid?.() !== 0) return rows;
  const point = path.join(folder, 'mounted');
  mkdirSync(point, { recursive: true });
  rows.push(
    timed('kernel mount, umount', () => {
      execFileSync('mount', ['-o', 'loop', image, point]);
      try {
        execFileSync('sh', ['-ec', `cd "$2"; ${one.kernel}`, 'sh', folder, point]);
      } finally {
        execFileSync('umount', [point]);
      }
      return '';
    }),
  );
  return rows;
}

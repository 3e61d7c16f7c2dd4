import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { checkImage } from '../../src/image/check/image.ts';
import * as library from '../../src/image/index.ts';
import { openImage } from '../../src/image/open-image.ts';
import { rawDemo } from '../fixtures/demo.ts';
import { memoryDevice } from '../fixtures/memory-device.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

const directory = temporaryDirectory();
const root = path.resolve(import.meta.dirname, '../..');

test('the public API is what was agreed', () => {
  expect(Object.keys(library).sort()).toEqual([
    'PiImageError',
    'alignedImageSize',
    'bytesSource',
    'checkExt4',
    'checkFat',
    'checkImage',
    'createOverlay',
    'extendedDevice',
    'growExt4',
    'growLastPartition',
    'mountTree',
    'openExt4',
    'openFat',
    'openFileDevice',
    'openImage',
    'readPartitionTable',
    'windowOf',
  ]);
});

test('the example of the documentation does what it says', async () => {
  const page = readFileSync(path.join(root, 'docs/image-library.md'), 'utf8');
  const example = /```js\n(.*?)```/s.exec(page)?.[1] ?? '';
  expect(example.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(16);
  // In a folder of its own, where `pi-image` is the project as it lies here, not yet compiled.
  const entry = JSON.stringify(path.join(root, 'src/image/index.ts'));
  writeFileSync(path.join(directory, 'example.mts'), example.replace("'pi-image/image'", entry));
  mkdirSync(path.join(directory, 'node_modules'), { recursive: true });
  symlinkSync(
    path.join(root, 'node_modules/js-fatfs'),
    path.join(directory, 'node_modules/js-fatfs'),
    'junction',
  );
  writeFileSync(path.join(directory, 'card.img'), await rawDemo());
  const tsx = path.join(root, 'node_modules/tsx/dist/cli.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [tsx, 'example.mts'], { cwd: directory });
  expect(stdout).toContain("[ 'pi' ]");
  const edited = memoryDevice(readFileSync(path.join(directory, 'card.img')));
  expect(checkImage(edited).map(({ findings }) => findings)).toEqual([[], []]);
  const { tree } = await openImage(edited, { now: () => new Date(0) });
  expect(tree.readText('/etc/motd')).toBe('Hello\n');
  expect(tree.stat('/boot/ssh')?.size).toBe(0);
});

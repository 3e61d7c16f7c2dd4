import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openFileDevice } from '../../src/image/file-device.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';

const directory = temporaryDirectory();

function fileOf(name: string, bytes: Uint8Array): string {
  const file = path.join(directory, name);
  fs.writeFileSync(file, bytes);
  return file;
}

test('reads and writes at any position', () => {
  const file = fileOf('both', Buffer.from('0123456789'));
  const device = openFileDevice(file, { writable: true });
  device.writeFrom(Buffer.from('ab'), 4);
  const read = new Uint8Array(4);
  device.readInto(read, 3);
  device.close();
  device.close();
  expect(device.size).toBe(10);
  expect(Buffer.from(read).toString()).toBe('3ab6');
  expect(fs.readFileSync(file, 'utf8')).toBe('0123ab6789');
});

test.each([
  [-1, 1],
  [10, 1],
  [9, 2],
  [0.5, 1],
  [Number.NaN, 1],
])('refuses to leave the file: %d + %d', (position, length) => {
  const device = openFileDevice(fileOf('small', new Uint8Array(10)), { writable: true });
  const act = () => device.readInto(new Uint8Array(length), position);
  expect(act).toThrow(expect.objectContaining({ code: 'image.damaged' }));
  expect(() => device.writeFrom(new Uint8Array(length), position)).toThrow(
    expect.objectContaining({ code: 'image.damaged' }),
  );
  device.close();
});

test('a file that shrinks under it is an error, not a short read', () => {
  const file = fileOf('shrinks', new Uint8Array(8192));
  const device = openFileDevice(file, { writable: false });
  fs.truncateSync(file, 100);
  expect(() => device.readInto(new Uint8Array(8192), 0)).toThrow(
    expect.objectContaining({ code: 'image.damaged', message: expect.stringContaining('ends at 100') }),
  );
  device.close();
});

test('a device opened for reading is not written', () => {
  const file = fileOf('read-only', Buffer.from('same'));
  const device = openFileDevice(file, { writable: false });
  expect(() => device.writeFrom(Buffer.from('x'), 0)).toThrow(TypeError);
  device.close();
  expect(fs.readFileSync(file, 'utf8')).toBe('same');
});

test('a missing file and a directory are told apart', () => {
  expect(() => openFileDevice(path.join(directory, 'missing'), { writable: false })).toThrow(
    expect.objectContaining({ code: 'source.not-found' }),
  );
  expect(() => openFileDevice(directory, { writable: false })).toThrow(
    expect.objectContaining({ code: 'image.not-supported' }),
  );
});

test.skipIf(!fs.existsSync('/dev/full'))('a character device is no image', () => {
  expect(() => openFileDevice('/dev/full', { writable: true })).toThrow(
    expect.objectContaining({ code: 'image.not-supported' }),
  );
});

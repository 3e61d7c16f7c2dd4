import net from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { tellMonitor } from '../../scripts/boot/monitor.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { whenDone } from '../fixtures/when-done.ts';

const directory = temporaryDirectory();
let monitors = 0;

/** What QEMU 7.2 sends: a greeting, each letter of the command as it comes, then the answer and a prompt again. */
async function monitorThatAnswers(answer: string): Promise<string> {
  const file = path.join(directory, `monitor-${monitors++}`);
  const server = net.createServer((socket) => {
    socket.write("QEMU 7.2.22 monitor - type 'help' for more information\r\n(qemu) ");
    socket.on('data', (command) => {
      for (const letter of String(command).trim()) socket.write(`\u001b[D${letter}\u001b[K`);
      socket.write(`\r\n${answer}(qemu) `);
    });
  });
  await new Promise<void>((listening) => server.listen(file, listening));
  whenDone(() => server.close());
  return file;
}

describe("QEMU's monitor", () => {
  it.each([
    ['', ''],
    ['a line\r\nanother\r\n', 'a line\r\nanother'],
  ])('answers %j', async (answer, heard) => {
    expect(await tellMonitor(await monitorThatAnswers(answer), 'savevm x')).toBe(heard);
  });

  it.each([
    "Error: Device 'disk' is writable but does not support snapshots\r\n",
    "unknown command: 'x'\r\n",
  ])('refuses: %j', async (answer) => {
    await expect(tellMonitor(await monitorThatAnswers(answer), 'savevm x')).rejects.toThrow(answer.trim());
  });
});

// node serve-and-run.mjs ARCHIVE RATE REPORT PROGRAM ARGUMENT…: serves an archive on loopback, with at most RATE bytes a
// second (0: as fast as it goes), to a program that gets its address where an argument is URL, and writes the seconds
// from the last byte that the kernel took to the end of the program into REPORT.
import { spawn } from 'node:child_process';
import { createReadStream, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const [archive, rate, report, program, ...args] = process.argv.slice(2);
let last = Number.NaN;

/** Holds every piece back until it is due. */
function paced(bytesPerSecond) {
  const start = performance.now();
  let sent = 0;
  return new Transform({
    async transform(piece, _encoding, done) {
      sent += piece.length;
      const wait = start + (sent / bytesPerSecond) * 1000 - performance.now();
      if (wait > 1) await sleep(wait);
      done(null, piece);
    },
  });
}

const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-length': statSync(archive).size });
  response.on('finish', () => {
    last = performance.now();
  });
  const stages = Number(rate) > 0 ? [paced(Number(rate))] : [];
  pipeline(createReadStream(archive), ...stages, response).catch(() => response.destroy());
});
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${server.address().port}/${path.basename(archive)}`;
  const child = spawn(
    program,
    args.map((argument) => (argument === 'URL' ? url : argument)),
    { stdio: 'ignore' },
  );
  child.on('exit', (code) => {
    writeFileSync(report, String((performance.now() - last) / 1000));
    server.closeAllConnections();
    server.close();
    process.exitCode = code ?? 1;
  });
});

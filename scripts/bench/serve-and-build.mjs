// node serve-and-build.mjs ARCHIVE SHA256 REPORT BUILD…: serves an archive on loopback to a build of it, and writes the
// seconds from the last byte that the kernel took to the end of the build into REPORT.
import { spawn } from 'node:child_process';
import { createReadStream, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';

const [archive, sha256, report, ...build] = process.argv.slice(2);
let last = Number.NaN;
const server = createServer((_request, response) => {
  response.writeHead(200, { 'content-length': statSync(archive).size });
  createReadStream(archive).pipe(response);
  response.on('finish', () => {
    last = performance.now();
  });
});
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${server.address().port}/${path.basename(archive)}`;
  const child = spawn(process.execPath, [...build, '--image', url, '--sha256', sha256], { stdio: 'ignore' });
  child.on('exit', (code) => {
    writeFileSync(report, String((performance.now() - last) / 1000));
    server.closeAllConnections();
    server.close();
    process.exitCode = code ?? 1;
  });
});

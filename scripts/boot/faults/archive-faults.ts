import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, World } from './fault.ts';
import { lasting, underWay } from './mirror.ts';

const status =
  (code: number, text = '') =>
  ({ mirror }: World) =>
    Promise.resolve(
      mirror.answer(() => (_, response) => {
        response.writeHead(code, { 'content-type': 'text/html' }).end(text);
      }),
    );
const mend = ({ mirror }: World) => Promise.resolve(mirror.reset());

/** What may be wrong with a package archive, and with the package manager of the Pi. */
export const archiveFaults: readonly Fault[] = [
  {
    name: 'archive answers 404',
    injected: 'every address of the archive answers 404',
    inject: status(404),
    tells: /404|does not have a Release file/,
    relieve: mend,
  },
  {
    name: 'archive answers 503',
    injected: 'every address of the archive answers 503',
    inject: status(503),
    tells: /503/,
    relieve: mend,
  },
  {
    name: 'captive portal',
    injected: 'every address answers 200 with a page that asks to log in',
    inject: status(200, '<html><title>Welcome to our Wi-Fi</title><form>...</form></html>'),
    tells: /does the network require authentication|not signed|Clearsigned/,
    relieve: mend,
  },
  {
    name: 'slow archive',
    injected: 'the archive gives 20 kB a second',
    inject: ({ mirror }) =>
      Promise.resolve(
        mirror.answer((usual) => async (request, response) => {
          if (!request.url?.endsWith('.deb')) return usual(request, response);
          const bytes = mirror.file(request.url);
          response.writeHead(200, { 'content-length': bytes.length });
          for (let at = 0; at < bytes.length; at += 4096) {
            response.write(bytes.subarray(at, at + 4096));
            await sleep(200);
          }
          response.end();
        }),
      ),
  },
  {
    name: 'wrong hash',
    injected: 'each package that the archive gives has a byte changed',
    inject: ({ mirror }) =>
      Promise.resolve(
        mirror.answer((usual) => (request, response) => {
          if (!request.url?.endsWith('.deb')) return usual(request, response);
          const bytes = Buffer.from(mirror.file(request.url));
          bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
          response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
        }),
      ),
    tells: /Hash Sum mismatch/,
    relieve: mend,
  },
  {
    name: 'Release expired',
    injected: "the archive's Release was valid until yesterday",
    inject: ({ mirror }) => Promise.resolve(mirror.publish(-1)),
    tells: /expired/,
    relieve: mend,
  },
  {
    name: 'apt lock held',
    injected: 'another apt-get is in the middle of an installation, for 30 seconds more',
    inject: async ({ guest }) => {
      const other = `apt-get update && apt-get install -y ${lasting}`;
      await guest.run(`sudo systemd-run --unit=other --quiet sh -c ${JSON.stringify(other)}`);
      await guest.run(`until [ -e ${underWay} ]; do /bin/sleep 0.5; done`);
      await guest.run(`sudo systemd-run --quiet --on-active=30 rm ${underWay}`);
    },
  },
];

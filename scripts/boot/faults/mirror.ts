import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { AptArchive } from '../../../test/fixtures/apt-archive.ts';
import { Gpg } from '../../../test/fixtures/gpg.ts';
import type { Answer } from '../../../test/fixtures/web-server.ts';

const day = 24 * 60 * 60 * 1000;
/** Of the package archive: a package, another that it needs and that takes a while to unpack, and one whose installation lasts. */
export const probe = 'probe';
export const lasting = 'lasting';
/** There as soon as the installation of the package that lasts is under way; its removal ends that. */
export const underWay = '/run/lasting';

/** A signed package archive on the loopback of this machine, for as long as it is used. */
export class Mirror implements AsyncDisposable {
  readonly #archive: AptArchive;
  readonly #server: http.Server;
  readonly #gpg: Gpg;
  readonly #end: () => void;
  #answer: Answer;

  private constructor(folder: string) {
    const jobs: (() => void)[] = [];
    this.#gpg = new Gpg((job) => jobs.push(job));
    this.#end = () => {
      for (const job of jobs) job();
    };
    this.#gpg.makeKey('archive');
    this.#archive = new AptArchive(folder, this.#gpg);
    this.#answer = this.#archive.answer;
    this.#server = http.createServer((request, response) => this.#answer(request, response));
  }

  static async open(folder: string): Promise<Mirror> {
    fs.mkdirSync(folder);
    const mirror = new Mirror(folder);
    const archive = mirror.#archive;
    const version = { Version: '1.0', Architecture: 'armhf' };
    archive.addPackage(
      { Package: 'probe-data', ...version },
      {
        files: {
          'usr/share/probe-data/bytes': Buffer.concat([randomBytes(300_000), Buffer.alloc(8 * 2 ** 20)]),
        },
      },
    );
    archive.addPackage(
      { Package: probe, ...version, Depends: 'probe-data' },
      {
        postinst: '#!/bin/sh\nset -e\nfor n in 1 2 3 4; do echo $n >>/var/lib/probe; /bin/sleep 0.5; done\n',
      },
    );
    archive.addPackage(
      { Package: lasting, ...version },
      { postinst: `#!/bin/sh\n: >${underWay}\nwhile [ -e ${underWay} ]; do /bin/sleep 0.5; done\n` },
    );
    mirror.reset();
    await new Promise<void>((listening) => mirror.#server.listen(0, '127.0.0.1', listening));
    return mirror;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get keyring(): Uint8Array {
    return this.#gpg.exportKeys(['archive']);
  }

  /** Signed anew: `validFor` days from now. */
  publish(validFor: number): void {
    const until = new Date(Date.now() + validFor * day).toUTCString().replace('GMT', 'UTC');
    this.#archive.publish({ release: { 'Valid-Until': until }, signedBy: 'archive' });
  }

  /** As a mirror should be. */
  reset(): void {
    this.#answer = this.#archive.answer;
    this.publish(7);
  }

  /** Answers otherwise from now on; `usual` is how it does by itself. */
  answer(with_: (usual: Answer) => Answer): void {
    this.#answer = with_(this.#archive.answer);
  }

  /** The bytes of a file of the archive. */
  file(url: string): Uint8Array {
    return fs.readFileSync(path.join(this.#archive.directory, decodeURIComponent(url)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end();
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }
}

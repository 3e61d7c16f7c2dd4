import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { AptArchive } from '../../../test/fixtures/apt-archive.ts';
import { Gpg } from '../../../test/fixtures/gpg.ts';
import type { Answer } from '../../../test/fixtures/web-server.ts';
import { type Authority, makeAuthority } from './authority.ts';

/** The servers that a Pi with Raspbian Buster asks in 2026; the first one no longer has it. */
export const hosts = {
  gone: 'raspbian.raspberrypi.org',
  raspbian: 'legacy.raspbian.org',
  raspberryPi: 'archive.raspberrypi.org',
  docker: 'download.docker.com',
} as const;

/** Docker's last version for Buster, which is not the first one in its archive here. */
export const lastDocker = '5:26.1.4-1~raspbian.10~buster';
const otherDockers = [
  '5:18.09.1~3-0~raspbian-buster',
  '5:25.0.5-1~raspbian.10~buster',
  '5:27.0.1-1~raspbian.10~buster',
];

export interface Internet extends AsyncDisposable {
  /** By the port that a guest means: the port on the loopback of this machine. */
  readonly ports: Readonly<Record<number, number>>;
  /** Every request so far, as `https://host/path`. */
  readonly asked: readonly string[];
  readonly authority: Authority;
  /** Key ring of Raspbian and of the Raspberry Pi archive. */
  readonly keyring: Uint8Array;
  readonly dockerFingerprint: string;
  /** What apt of an image of 2019 remembers of Raspbian's archive, when buster was stable. */
  readonly oldRelease: Uint8Array;
}

/** Plays them on the loopback of this machine: real archives, signed with test keys, and TLS with a test authority. */
export async function playInternet(folder: string): Promise<Internet> {
  fs.mkdirSync(folder);
  const jobs: (() => void)[] = [];
  const gpg = new Gpg((job) => jobs.push(job));
  for (const name of ['raspbian', 'docker']) gpg.makeKey(name);
  const archive = (name: string) => {
    fs.mkdirSync(path.join(folder, name));
    return new AptArchive(path.join(folder, name), gpg);
  };
  const raspbian = archive('raspbian');
  const oldRelease = fillRaspbian(raspbian);
  const raspberryPi = archive('raspberrypi');
  raspberryPi.addPackage({ Package: 'rpi-probe', Version: '1', Architecture: 'armhf' });
  raspberryPi.publish({ suite: 'oldoldstable', signedBy: 'raspbian' });
  const docker = archive('docker');
  fillDocker(docker);
  fs.writeFileSync(path.join(docker.directory, 'gpg'), gpg.exportKeys(['docker'], true));

  const asked: string[] = [];
  const folders: Readonly<Record<string, Answer>> = {
    [`http://${hosts.raspbian}/raspbian/`]: raspbian.answer,
    [`http://${hosts.raspberryPi}/debian/`]: raspberryPi.answer,
    [`https://${hosts.docker}/linux/raspbian/`]: docker.answer,
  };
  const answer =
    (scheme: string): Answer =>
    (request, response) => {
      const url = `${scheme}://${request.headers.host}${request.url}`;
      asked.push(url);
      const [prefix, found] = Object.entries(folders).find(([start]) => url.startsWith(start)) ?? [];
      if (prefix === undefined || !found) return response.writeHead(404).end();
      request.url = url.slice(prefix.length - 1);
      return found(request, response);
    };
  const authority = await makeAuthority(folder, hosts.docker);
  const servers = [
    http.createServer(answer('http')),
    https.createServer(authority.server, answer('https')),
  ] as const;
  const [plain, secure] = await Promise.all(servers.map(listen));
  return {
    ...{ ports: { 80: plain ?? 0, 443: secure ?? 0 }, asked, authority, oldRelease },
    keyring: gpg.exportKeys(['raspbian']),
    dockerFingerprint: gpg.fingerprint('docker'),
    async [Symbol.asyncDispose]() {
      for (const job of jobs) job();
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((closed) => server.close(closed));
      }
    },
  };
}

/** First as it was when Buster was stable; then as it is now: oldoldstable, and valid until long ago. */
function fillRaspbian(archive: AptArchive): Uint8Array {
  archive.addPackage({ Package: 'raspbian-probe', Version: '1', Architecture: 'armhf' });
  archive.publish({ suite: 'stable', signedBy: 'raspbian' });
  const old = fs.readFileSync(path.join(archive.directory, 'dists/buster/InRelease'));
  const release = { 'Valid-Until': 'Sat, 01 Jun 2024 00:00:00 UTC' };
  archive.publish({ suite: 'oldoldstable', release, signedBy: 'raspbian' });
  return old;
}

/** Stand-ins for Docker's packages, under their names and versions: a service, and a program that asks whether it runs. */
function fillDocker(archive: AptArchive): void {
  const unit = '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n';
  const program = '#!/bin/sh\n# docker version\nsystemctl is-active --quiet docker.service && echo up\n';
  for (const version of [lastDocker, ...otherDockers]) {
    const fields = { Version: version, Architecture: 'armhf' };
    archive.addPackage(
      { Package: 'docker-ce', ...fields, Depends: 'docker-ce-cli, containerd.io' },
      {
        files: { 'lib/systemd/system/docker.service': unit },
        postinst: '#!/bin/sh\nset -e\ngetent group docker >/dev/null || groupadd --system docker\n',
      },
    );
    archive.addPackage({ Package: 'docker-ce-cli', ...fields }, { files: { 'usr/bin/docker': program } });
  }
  archive.addPackage({ Package: 'containerd.io', Version: '1.6.33-1', Architecture: 'armhf' });
  archive.addPackage({
    ...{ Package: 'docker-compose-plugin', Version: '2.27.1-1~raspbian.10~buster', Architecture: 'armhf' },
  });
  archive.publish({ suite: 'buster', component: 'stable', signedBy: 'docker' });
  // By this file the step sees whether the archive still has the release.
  fs.writeFileSync(path.join(archive.directory, 'dists/buster/Release'), archive.release());
}

async function listen(server: http.Server | https.Server): Promise<number> {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return (server.address() as AddressInfo).port;
}

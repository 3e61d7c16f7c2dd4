import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bytesSource } from '../../src/model/content.ts';
import type { AptFiles } from '../../src/packages/apt-files.ts';
import { findClosure, obtainDeb } from '../../src/packages/offline.ts';
import type { Wanted } from '../../src/packages/requirement.ts';
import { createFetch } from '../../src/transfer/http.ts';
import { AptArchive, type ArchiveOptions, canMakeArchives } from '../fixtures/apt-archive.ts';
import { AptJudge, controlText, hasApt, installedStanza } from '../fixtures/apt-judge.ts';
import { Gpg } from '../fixtures/gpg.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { type Answer, type WebServer, webServer } from '../fixtures/web-server.ts';
import { whenDone } from '../fixtures/when-done.ts';

const directory = temporaryDirectory();
const fetch = createFetch();
const status = controlText([
  installedStanza({ Package: 'libc6', Version: '2.28-10', 'Multi-Arch': 'same' }),
  installedStanza({ Package: 'iptables', Version: '1.8.2-4' }),
  installedStanza({ Package: 'libseccomp2', Version: '2.3.3-4' }),
  installedStanza({ Package: 'gone', Version: '1' }, 'deinstall ok config-files'),
]);

describe.skipIf(!canMakeArchives || !hasApt)('findClosure', () => {
  const gpg = new Gpg(whenDone);
  const archive = new AptArchive(mkdtempSync(path.join(directory, 'archive-')), gpg);
  let server: WebServer;
  let tamper: Answer | undefined;

  beforeAll(async () => {
    gpg.makeKey('archive', 'rsa2048');
    gpg.makeKey('mallory');
    for (const fields of [
      {
        Package: 'docker-ce',
        Version: '5:26.1.4-1~raspbian.10~buster',
        Depends:
          'containerd.io (>= 1.6.24), docker-ce-cli, iptables, libc6 (>= 2.28), libseccomp2 (>= 2.3.0)',
        Recommends: 'git, docker-compose-plugin',
      },
      {
        Package: 'docker-ce',
        Version: '5:25.0.5-1~raspbian.10~buster',
        Depends: 'containerd.io, docker-ce-cli',
      },
      { Package: 'docker-ce-cli', Version: '5:26.1.4-1~raspbian.10~buster', Depends: 'libc6' },
      {
        Package: 'containerd.io',
        Version: '1.6.33-1',
        Depends: 'libseccomp2 (>= 2.4) | libseccomp3',
        Provides: 'containerd, runc',
        Conflicts: 'containerd, runc',
      },
      { Package: 'libseccomp2', Version: '2.5.1-1', 'Multi-Arch': 'same' },
      { Package: 'docker-compose-plugin', Version: '2.27.1-1', Architecture: 'all' },
      { Package: 'gone', Version: '2' },
    ])
      archive.addPackage(fields);
    server = await webServer((request, response) => (tamper ?? archive.answer)(request, response));
  }, 120_000);

  const publish = (options: Partial<ArchiveOptions> = {}, change?: (packages: string) => string): void => {
    tamper = undefined;
    archive.publish({ signedBy: 'archive', ...options }, change);
  };

  const aptFiles = (changes: { sources?: string; conf?: string; key?: string } = {}): AptFiles => ({
    texts: {
      '/etc/apt/sources.list': changes.sources ?? `deb ${server.url}/ buster main\n`,
      ...(changes.conf && { '/etc/apt/apt.conf.d/99': changes.conf }),
    },
    keyrings: {
      '/etc/apt/trusted.gpg.d/archive.gpg': gpg.exportKeys([changes.key ?? 'archive']),
      '/usr/share/keyrings/mallory.asc': gpg.exportKeys(['mallory'], true),
      '/usr/share/keyrings/archive.asc': gpg.exportKeys(['archive'], true),
    },
  });

  const closure = (
    wanted: readonly Wanted[],
    changes: Parameters<typeof aptFiles>[0] & { recommends?: boolean; now?: Date } = {},
  ) =>
    findClosure(fetch, {
      wanted,
      arch: 'armhf',
      status: bytesSource(Buffer.from(status)),
      apt: aptFiles(changes),
      now: changes.now ?? new Date(),
      recommends: changes.recommends ?? false,
    });
  const docker = [{ name: 'docker-ce' }];

  it.each<Partial<ArchiveOptions>>([{}, { compress: 'xz' }, { byHash: true }])(
    'finds what apt would install, and the same files (%j)',
    async (options) => {
      publish(options);
      const { debs, installedBytes } = await closure(docker);
      expect(server.requests.at(-1)?.path).toMatch(
        options.byHash
          ? /\/by-hash\/SHA256\/[0-9a-f]{64}$/
          : new RegExp(`/Packages.${options.compress ?? 'gz'}$`),
      );
      const folder = mkdtempSync(path.join(directory, 'apt-'));
      // apt reads the same archive from the disk; a server of this process could not answer while it runs.
      const apt = new AptJudge(folder, `deb [trusted=yes] file:${archive.directory} buster main\n`, status);
      apt.update();
      const verdict = apt.install(['docker-ce']);
      expect(verdict.installs, verdict.output).toEqual(
        debs.map(({ name, version }) => `${name} ${version}`).sort(),
      );
      expect(debs.map(({ name }) => name)).toEqual([
        'libseccomp2',
        'containerd.io',
        'docker-ce-cli',
        'docker-ce',
      ]);
      expect(installedBytes).toBe(4 * 40 * 1024);
      const recommended = await closure(docker, { recommends: true });
      expect(apt.install(['docker-ce'], { recommends: true }).installs).toEqual(
        recommended.debs.map(({ name, version }) => `${name} ${version}`).sort(),
      );
      expect(recommended.debs.map(({ name }) => name)).toContain('docker-compose-plugin');
    },
  );

  it('names files and addresses as apt does', async () => {
    publish();
    const { debs } = await closure([{ name: 'docker-ce', version: '5:25' }]);
    const folder = mkdtempSync(path.join(directory, 'apt-'));
    const apt = new AptJudge(folder, `deb [trusted=yes] copy:${archive.directory} buster main\n`, status);
    apt.update();
    const uris = apt.printUris(['docker-ce=5:25.0.5-1~raspbian.10~buster']);
    const expected = debs.map(({ url, fileName, size }) => {
      const plain = decodeURIComponent(url.slice(server.url.length));
      return [plain, fileName, size];
    });
    const found = uris.map((line) => {
      const [, uri = '', fileName, size] = /^'([^']+)' (\S+) (\d+)/.exec(line) ?? [];
      return [decodeURIComponent(uri.slice(`copy:${archive.directory}`.length)), fileName, Number(size)];
    });
    expect(found.sort()).toEqual(expected.sort());
    expect(debs.at(-1)?.fileName).toBe('docker-ce_5%3a25.0.5-1~raspbian.10~buster_armhf.deb');
  });

  it('downloads what it found, checked', async () => {
    publish();
    const store = { directory: mkdtempSync(path.join(directory, 'store-')), retryAfter: 1 };
    const { debs } = await closure(docker);
    for (const deb of debs) {
      const bytes = readFileSync(await obtainDeb(fetch, store, deb));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(deb.sha256);
      expect(bytes.subarray(0, 7).toString()).toBe('!<arch>');
    }
    const [deb] = debs;
    tamper = (_request, response) => response.end(Buffer.alloc(deb?.size ?? 0));
    const other = { ...store, directory: mkdtempSync(path.join(directory, 'store-')) };
    await expect(deb && obtainDeb(fetch, other, deb)).rejects.toMatchObject({ code: 'source.checksum' });
  });

  it('has nothing to do when all is there', async () => {
    publish();
    expect(await closure([{ name: 'iptables' }])).toEqual({ debs: [], installedBytes: 0 });
    // Of a removed package only the configuration is left, so it is not there.
    expect((await closure([{ name: 'gone' }])).debs).toHaveLength(1);
  });

  it('says what cannot be installed, and why', async () => {
    publish();
    await expect(closure([{ name: 'docker-cee' }])).rejects.toMatchObject({
      help: 'did you mean docker-ce?',
    });
  });

  describe('trusts nobody', () => {
    const refused = (code: string, message: RegExp) => ({ code, message: expect.stringMatching(message) });
    const day = 24 * 60 * 60 * 1000;
    const rfc = (time: number) => new Date(time).toUTCString().replace('GMT', 'UTC');

    it('who signed with another key', async () => {
      publish({ signedBy: 'mallory' });
      await expect(closure(docker)).rejects.toMatchObject(refused('source.signature', /does not trust/));
      const sources = `deb [signed-by=/usr/share/keyrings/mallory.asc] ${server.url} buster main\n`;
      expect((await closure(docker, { sources })).debs).not.toEqual([]);
      publish();
      await expect(closure(docker, { sources })).rejects.toMatchObject(
        refused('source.signature', /does not trust/),
      );
    });

    it('a keyring that is not there', async () => {
      publish();
      const sources = `deb [signed-by=/usr/share/keyrings/none.gpg] ${server.url} buster main\n`;
      await expect(closure(docker, { sources })).rejects.toMatchObject(
        refused('plan.unsuitable', /none\.gpg/),
      );
    });

    it('a changed InRelease, or a page of a captive portal', async () => {
      publish();
      const file = path.join(archive.directory, 'dists/buster/InRelease');
      const good = readFileSync(file, 'utf8');
      for (const bad of [good.replace('Codename: buster', 'Codename: busterr'), '<html>Log in</html>', '']) {
        writeFileSync(file, bad);
        await expect(closure(docker)).rejects.toMatchObject({ code: 'source.signature' });
      }
    });

    it('an archive that has expired, unless the image says that it may', async () => {
      publish({ release: { 'Valid-Until': rfc(Date.now() - day) } });
      await expect(closure(docker)).rejects.toMatchObject(refused('source.signature', /expired on/));
      const conf = 'Acquire::Check-Valid-Until "false";\n';
      expect((await closure(docker, { conf })).debs).not.toEqual([]);
      const sources = `deb [check-valid-until=no] ${server.url} buster main\n`;
      expect((await closure(docker, { sources })).debs).not.toEqual([]);
    });

    it('an archive from the future, or without a date', async () => {
      publish({ release: { Date: rfc(Date.now() + day) } });
      await expect(closure(docker)).rejects.toMatchObject(refused('source.signature', /yet to come/));
      publish({ release: { Date: 'tomorrow' } });
      await expect(closure(docker)).rejects.toMatchObject(refused('source.malformed', /date/));
    });

    it('another suite with a good signature', async () => {
      publish({ release: { Codename: 'stretch', Suite: 'oldstable' } });
      await expect(closure(docker)).rejects.toMatchObject(
        refused('source.signature', /not of the suite buster but of stretch/),
      );
      // Who asks by the other name of the suite gets it.
      publish({ release: { Codename: 'stretch', Suite: 'buster' } });
      expect((await closure(docker)).debs).not.toEqual([]);
    });

    it('an index that is not the signed one', async () => {
      publish();
      tamper = (request, response) => {
        if (request.url?.endsWith('Packages.gz')) response.end('x');
        else archive.answer(request, response);
      };
      await expect(closure(docker)).rejects.toMatchObject({ code: 'source.checksum' });
      tamper = (request, response) => {
        if (request.url?.endsWith('Packages.gz')) response.end(Buffer.alloc(100_000));
        else archive.answer(request, response);
      };
      await expect(closure(docker)).rejects.toMatchObject(refused('source.http', /more than/));
    });

    it('an index that unpacks to more than was signed, or not at all', async () => {
      const digest = (text: string) => createHash('sha256').update(text).digest('hex');
      publish();
      const smaller = archive
        .release()
        .replace(/^( [0-9a-f]{64}) +\d+ (main\/binary-armhf\/Packages)$/m, '$1 100 $2');
      archive.sign(smaller, 'archive');
      await expect(closure(docker)).rejects.toMatchObject(
        refused('source.malformed', /unpacks to more than 100/),
      );
      const file = path.join(archive.directory, 'dists/buster/main/binary-armhf/Packages.gz');
      writeFileSync(file, 'not gzip');
      const release = archive
        .release()
        .replace(/^ [0-9a-f]{64} +\d+ (main\/binary-armhf\/Packages\.gz)$/m, ` ${digest('not gzip')} 8 $1`);
      archive.sign(release, 'archive');
      await expect(closure(docker)).rejects.toMatchObject(refused('source.malformed', /cannot be unpacked/));
    });

    it.each([
      ['../../../etc/passwd', 'leads out'],
      ['/etc/passwd', 'is absolute'],
      ['http://evil.example/x.deb', 'is of another server'],
      ['pool/x.deb?a=b', 'has a query'],
      ['pool/..%2f..%2fx.deb/../../..', 'leads out in a hidden way'],
      ['pool/a b.deb', 'has a space'],
      ['', 'is empty'],
    ])('the file name %s, which %s', async (name) => {
      publish({}, (text) => text.replace(/^Filename: .*containerd.*$/m, `Filename: ${name}`));
      await expect(closure(docker)).rejects.toMatchObject({
        problems: expect.arrayContaining([
          { message: 'docker-ce → containerd.io (>= 1.6.24): no archive of the image has containerd.io' },
        ]),
      });
    });

    it.each<[string, (text: string) => string]>([
      ['a name that is a path', (text) => text.replace('Package: gone', 'Package: ../gone')],
      ['a version that is an option', (text) => text.replace(/^Version: 2$/m, 'Version: 2 --force')],
      ['a version that is a path', (text) => text.replace(/^Version: 2$/m, 'Version: 2/../../x')],
      [
        'a huge field',
        (text) => text.replace('Package: gone', `Huge: ${'x'.repeat(2 ** 21)}\nPackage: gone`),
      ],
      ['a dependency that is none', (text) => text.replace('Depends: libc6', 'Depends: libc6;rm')],
    ])('%s', async (_what, change) => {
      publish({}, change);
      await expect(closure(docker)).rejects.toMatchObject({ code: 'source.malformed' });
    });

    it('packages without a digest', async () => {
      publish({}, (text) => text.replaceAll(/^SHA256: .*\n/gm, ''));
      await expect(closure(docker)).rejects.toMatchObject({ code: 'plan.unsuitable' });
    });
  });

  it('needs archives that there are', async () => {
    publish();
    await expect(closure(docker, { sources: '' })).rejects.toMatchObject({ code: 'plan.unsuitable' });
    const sources = `deb ${server.url} bullseye main\n`;
    await expect(closure(docker, { sources })).rejects.toMatchObject({ code: 'source.not-found' });
    const contrib = `deb ${server.url} buster contrib\n`;
    await expect(closure(docker, { sources: contrib })).rejects.toMatchObject({
      message: expect.stringMatching(/no contrib\/binary-armhf\/Packages/),
    });
  });

  it('reads flat archives', async () => {
    const flat = new AptArchive(mkdtempSync(path.join(directory, 'flat-')), gpg);
    flat.addPackage({ Package: 'one', Version: '1' });
    mkdirSync(path.join(flat.directory, 'dists'));
    flat.publish({ signedBy: 'archive' });
    const release = flat.release().replaceAll('main/binary-armhf/', '');
    const flatServer = await webServer((request, response) => {
      if (request.url === '/InRelease') response.end(gpg.clearSign(release, ['archive']));
      else if (request.url === '/Packages.gz') {
        response.end(readFileSync(path.join(flat.directory, 'dists/buster/main/binary-armhf/Packages.gz')));
      } else flat.answer(request, response);
    });
    const { debs } = await closure([{ name: 'one' }], { sources: `deb ${flatServer.url}/ ./\n` });
    expect(debs.map(({ url }) => url)).toEqual([`${flatServer.url}/pool/main/one/one_1_armhf.deb`]);
  });
});

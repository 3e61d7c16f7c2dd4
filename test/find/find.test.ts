import net, { type AddressInfo } from 'node:net';
import type { Answer } from 'dns-packet';
import makeMulticastDns from 'multicast-dns';
import { beforeAll, describe, expect, it } from 'vitest';
import { findPis, hostName, waitForPi } from '../../src/find/find.ts';
import { accepts, whatAnswers } from '../../src/find/probe.ts';
import { freePort } from '../fixtures/free-port.ts';
import { hasNamespaces, PiNetwork } from '../fixtures/pi-network.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { whenDone } from '../fixtures/when-done.ts';

const directory = temporaryDirectory();

/** Answers questions about one machine on loopback, as a Pi would. */
function responder(port: number, records: readonly Answer[]): void {
  const socket = makeMulticastDns({ interface: '127.0.0.1', bind: '0.0.0.0', port });
  socket.on('query', ({ questions = [] }) => {
    const answers = records.filter(({ name, type }) =>
      questions.some((one) => one.name.toLowerCase() === name.toLowerCase() && one.type === type),
    );
    if (answers.length > 0) socket.respond(answers);
  });
  whenDone(() => new Promise<void>((done) => socket.destroy(done)));
}

async function listener(): Promise<number> {
  const server = net.createServer((socket) => socket.end());
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  whenDone(() => server.close());
  return (server.address() as AddressInfo).port;
}

describe('on loopback', () => {
  const options = async (port: number) => ({
    interfaces: ['127.0.0.1'],
    port,
    platform: process.platform,
    neighbours: async () => [{ address: '127.0.0.1', mac: 'dc:a6:32:01:02:03' }],
    ports: { ssh: await listener(), vnc: await freePort() },
  });

  it('finds a Pi that announces itself, and what answers there', async () => {
    const port = await freePort();
    responder(port, [
      { type: 'PTR', name: '_ssh._tcp.local', data: 'Kitchen._ssh._tcp.local' },
      { type: 'SRV', name: 'Kitchen._ssh._tcp.local', data: { port: 22, target: 'kitchen.local' } },
      { type: 'A', name: 'kitchen.local', data: '127.0.0.1' },
    ]);
    const found = await findPis({ ...(await options(port)), timeout: 1500 });
    expect(found).toEqual([
      {
        name: 'kitchen.local',
        addresses: ['127.0.0.1'],
        announced: ['ssh'],
        mac: 'dc:a6:32:01:02:03',
        isRaspberryPi: true,
        answers: ['ssh'],
      },
    ]);
  });

  it('asks the neighbours with the card of a Pi for their names', async () => {
    const port = await freePort();
    responder(port, [{ type: 'PTR', name: '1.0.0.127.in-addr.arpa', data: 'silent.local' }]);
    const [found] = await findPis({ ...(await options(port)), timeout: 500 });
    expect(found).toMatchObject({ name: 'silent.local', addresses: ['127.0.0.1'], isRaspberryPi: true });
  });

  it('finds nobody where nobody is', async () => {
    const found = await findPis({
      ...(await options(await freePort())),
      neighbours: async () => [],
      timeout: 200,
    });
    expect(found).toEqual([]);
  });

  it('waits for a Pi that comes late', async () => {
    const port = await freePort();
    const waiting = waitForPi('Kitchen', { ...(await options(port)), timeout: 60_000 });
    setTimeout(() => responder(port, [{ type: 'A', name: 'kitchen.local', data: '127.0.0.1' }]), 300);
    expect(await waiting).toMatchObject({ name: 'kitchen.local', answers: ['ssh'] });
  });

  it('says whether it was seen at all when the time is over', async () => {
    const port = await freePort();
    const silent = { ...(await options(port)), timeout: 300 };
    await expect(waitForPi('kitchen', silent)).rejects.toMatchObject({
      code: 'find.timeout',
      message: 'kitchen.local has not been seen in the network',
    });
    responder(port, [{ type: 'A', name: 'kitchen.local', data: '127.0.0.1' }]);
    const deaf = { ...silent, timeout: 1500, ports: { ssh: await freePort(), vnc: await freePort() } };
    await expect(waitForPi('kitchen', deaf)).rejects.toMatchObject({
      code: 'find.timeout',
      message: 'kitchen.local is in the network, but its ssh server does not answer',
    });
  });

  it('ends when told to', async () => {
    const signal = AbortSignal.timeout(100);
    const all = { ...(await options(await freePort())), timeout: 60_000, signal };
    await expect(findPis(all)).rejects.toThrow();
  });

  it('needs a network', async () => {
    await expect(findPis({ timeout: 1, platform: 'linux', interfaces: [] })).rejects.toMatchObject({
      code: 'find.no-network',
    });
  });
});

describe('probes', () => {
  it('tell what accepts connections', async () => {
    const [open, closed] = [await listener(), await freePort()];
    expect(await accepts('127.0.0.1', open, 1000)).toBe(true);
    expect(await accepts('127.0.0.1', closed, 1000)).toBe(false);
    expect(await whatAnswers(['127.0.0.1'], { timeout: 1000, at: { ssh: open, vnc: closed } })).toEqual([
      'ssh',
    ]);
    expect(await whatAnswers([], { timeout: 1000 })).toEqual([]);
  });
});

describe('hostName', () => {
  it.each(['kitchen', 'Kitchen', 'kitchen.local', 'kitchen.local.'])('%s', (name) =>
    expect(hostName(name)).toBe('kitchen.local'),
  );
  it.each(['', '.local', '-a', 'a b', 'a.b', 'a;b', 'a'.repeat(64)])('refuses %j', (name) =>
    expect(() => hostName(name)).toThrow(/is no host name/),
  );
});

describe.skipIf(!hasNamespaces)('a real avahi-daemon in another network namespace', () => {
  let network: PiNetwork;
  beforeAll(async () => {
    network = new PiNetwork(directory);
    await network.connected();
    network.listen(22);
  });
  const kitchen = {
    addresses: ['10.99.0.20'],
    mac: 'b8:27:eb:01:02:03',
    isRaspberryPi: true,
    answers: ['ssh'],
  };
  const found = async (what: 'find' | 'sweep' | 'wait', timeout: number) => {
    const { status, output } = await network.find(what, timeout);
    expect(status, output).toBe(0);
    return JSON.parse(output);
  };

  it('is found by its card when it is silent, and by its name when it is asked', async () => {
    expect(await found('find', 500)).toEqual([]);
    expect(await found('sweep', 2000)).toEqual([{ ...kitchen, announced: [] }]);
    const waiting = found('wait', 60_000);
    const avahi = network.startAvahi('kitchen');
    expect(await waiting).toEqual({ ...kitchen, name: 'kitchen.local', announced: [] });
    expect(await found('find', 3000)).toEqual([{ ...kitchen, name: 'kitchen.local', announced: [] }]);
    const ended = new Promise((end) => avahi.on('exit', end));
    avahi.kill('SIGTERM');
    await ended;
    network.startAvahi('kitchen', { services: true });
    await found('wait', 60_000);
    expect(await found('find', 3000)).toEqual([
      { ...kitchen, name: 'kitchen.local', announced: ['ssh', 'workstation'] },
    ]);
  }, 120_000);
});

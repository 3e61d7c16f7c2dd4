import fs from 'node:fs';
import net from 'node:net';
import { stripVTControlCharacters } from 'node:util';
import { execa, type ResultPromise } from 'execa';
import { type Machine, qemuArguments } from './qemu-arguments.ts';
import { type Limits, until } from './until.ts';

export interface GuestOptions extends Machine {
  readonly login: Login;
  readonly limits: Limits;
}

export interface Login {
  readonly user: string;
  /** Private key. */
  readonly key: string;
  /** Takes the host key at the first login; another one later is refused. */
  readonly knownHosts: string;
}

const quiet = { reject: false, stdin: 'ignore' } as const;

/** An image running in QEMU without KVM, its ssh port on the loopback of this machine. It never outlives this process. */
export class Guest implements AsyncDisposable {
  readonly #options: GuestOptions;
  readonly #port: number;
  readonly #qemu: ResultPromise<typeof quiet>;
  readonly #started = performance.now();

  private constructor(options: GuestOptions, port: number) {
    this.#options = options;
    this.#port = port;
    this.#qemu = execa('qemu-system-arm', qemuArguments(options, port), quiet);
  }

  static async start(options: GuestOptions): Promise<Guest> {
    return new Guest(options, await freePort());
  }

  /** Since power-on. */
  get seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  /** Runs a command of the guest's shell and returns what it prints. Throws when it fails. */
  async run(command: string, { input = '', within = 60 } = {}): Promise<string> {
    const result = await this.#ssh({ IdentityFile: this.#options.login.key }, command, input, within);
    if (result.failed) {
      const why = result.stderr.trim() || result.stdout.trim() || result.shortMessage;
      throw new Error(`\`${command}\` in the guest: ${why}`);
    }
    return result.stdout;
  }

  /** What the ssh server says to somebody without the key. */
  async knockWithoutKey(): Promise<string> {
    return (await this.#ssh({ PubkeyAuthentication: 'no' }, 'true', '', 30)).stderr.trim();
  }

  /** It has switched itself off, or wants to be started anew. */
  get hasEnded(): boolean {
    return this.#qemu.exitCode !== null || this.#qemu.signalCode !== null;
  }

  /** Waits until the key lets in. */
  async waitForLogin(within: number): Promise<void> {
    const { limits } = this.#options;
    const outcome = await until('ssh login', { within, every: 1 }, limits, async () => {
      if (this.hasEnded) return 'ended';
      return this.run('echo in', { within: 30 });
    });
    if (outcome !== 'ended') return;
    const { stderr, exitCode } = await this.#qemu;
    throw new Error(`QEMU ended with exit code ${exitCode}: ${stderr.trim().slice(-500)}`);
  }

  /** Ends QEMU in good order, the guest not: it has its plug pulled. */
  async quit(): Promise<void> {
    this.#qemu.kill('SIGTERM');
    await this.#qemu;
  }

  /** Ends the guest as its user would, so that everything is on the disk. */
  async powerOff(within = 90): Promise<void> {
    // The connection may break before ssh hears that the command went well.
    await this.run('sudo systemctl poweroff').catch(() => undefined);
    const { limits } = this.#options;
    await until('power off', { within, every: 1 }, limits, async () => this.hasEnded || undefined);
  }

  /** Pulls the plug: what the guest has not yet handed to its disk is lost. */
  async cutPower(): Promise<void> {
    this.#qemu.kill('SIGKILL');
    await this.#qemu;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cutPower();
  }

  #ssh(more: Readonly<Record<string, string>>, command: string, input: string, within: number) {
    const { login, limits } = this.#options;
    const settings = {
      BatchMode: 'yes',
      ConnectTimeout: Math.ceil(15 * limits.patience),
      IdentitiesOnly: 'yes',
      LogLevel: 'ERROR',
      StrictHostKeyChecking: 'accept-new',
      UserKnownHostsFile: login.knownHosts,
      HostKeyAlias: 'guest',
      ...more,
    };
    const words = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
    const target = ['-F', '/dev/null', '-p', String(this.#port), `${login.user}@127.0.0.1`, command];
    return execa('ssh', [...words, ...target], {
      input,
      reject: false,
      timeout: within * limits.patience * 1000,
      cancelSignal: limits.signal,
      stripFinalNewline: false,
    });
  }
}

/** The same for another disk, whose system makes a host key of its own at its first boot. */
export function ownHostKey(options: GuestOptions, image: string): GuestOptions {
  const knownHosts = `${image}.known_hosts`;
  fs.rmSync(knownHosts, { force: true });
  return { ...options, image, login: { ...options.login, knownHosts } };
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The last lines of a serial log, without the colours. */
export function tail(file: string, lines: number): string {
  const text = stripVTControlCharacters(fs.readFileSync(file, 'utf8')).replace(/\r/g, '');
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}

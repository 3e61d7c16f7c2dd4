import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FirstBootStep } from '../../src/model/first-boot.ts';
import { ended, FirstBootRoot, step } from '../fixtures/first-boot-root.ts';
import { hasTool } from '../fixtures/judge.ts';

const rootWith = (steps: readonly FirstBootStep[], bootDir?: '/boot' | '/boot/firmware') =>
  new FirstBootRoot(steps, bootDir);
const has = { flock: hasTool('flock'), python: hasTool('python3') };

/** Long pauses last until the runner is ended; the short ones of its own waiting do not. */
const blockingSleep = '[ "$1" -lt 30 ] || exec /bin/sleep 600';

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}

const state = (root: FirstBootRoot) => {
  try {
    return root.status().state;
  } catch {
    return '';
  }
};

/** Of the one step, when it has failed. */
async function messageOf(root: FirstBootRoot): Promise<string | undefined> {
  root.stub('sleep', blockingSleep);
  const child = root.start();
  await until(() => state(root) === 'retrying');
  await stop(child);
  return root.status().steps[0]?.message;
}

async function stop(child: ChildProcess): Promise<void> {
  const end = ended(child);
  child.kill('SIGTERM');
  await end;
}

describe.skipIf(!has.flock)('the first-boot runner', () => {
  it('runs the steps in order, tells, and removes what is no longer needed', async () => {
    const root = rootWith(
      [
        step('late', 'echo late >>"$root/order"', { order: 60 }),
        step('early', 'echo early >>"$root/order"', { order: 10 }),
      ],
      '/boot/firmware',
    );
    root.write('/usr/lib/pi-image/files/script', 'secret');
    root.write('/var/lib/pi-image/preloaded/docker/docker.deb', 'large');
    const { code, output } = await root.run();
    expect(code, output).toBe(0);
    expect(root.read('/order')).toBe('early\nlate\n');
    expect(root.status('/boot/firmware')).toMatchObject({
      version: 1,
      state: 'done',
      nextTryInSeconds: null,
      steps: [
        { name: 'early', title: 'Do early', state: 'done', attempts: 1, message: '' },
        { name: 'late', state: 'done' },
      ],
    });
    expect(root.read('/boot/firmware/pi-image/first-boot.log')).toMatch(/^20\S+Z Do early: begins$/m);
    expect(root.exists('/usr/lib/pi-image/steps')).toBe(false);
    expect(root.exists('/usr/lib/pi-image/files')).toBe(false);
    expect(root.exists('/var/lib/pi-image/preloaded')).toBe(false);
    expect(root.called()).toContain('systemctl disable --now pi-image-first-boot.timer');
  });

  it.skipIf(!hasTool('busybox'))('runs in the shell of busybox too', async () => {
    const root = rootWith([
      step('one', 'echo x >>"$root/tries"; [ "$(wc -l <"$root/tries")" -ge 2 ] || fail "no \\"luck\\""', {
        needs: ['clock'],
      }),
    ]);
    const { code, output } = await root.run(undefined, ['busybox', 'sh']);
    expect(code, output).toBe(0);
    expect(output).toContain('Do one: failed with code 1: no "luck"');
    expect(root.status()).toMatchObject({ state: 'done', steps: [{ state: 'done', attempts: 2 }] });
  });

  it('has everything on the card before the stamp, and the stamp before the next step', async () => {
    const root = rootWith([step('one', ':'), step('two', 'echo "two begins" >>"$root/../calls"')]);
    await root.run();
    const calls = root.called();
    const everything = calls.indexOf('sync ');
    const stamp = calls.findIndex((call) => call.endsWith('/var/lib/pi-image/done/50-one.new'));
    expect(everything).toBeGreaterThanOrEqual(0);
    expect(stamp).toBeGreaterThan(everything);
    expect(calls.indexOf('two begins')).toBeGreaterThan(stamp);
  });

  it('tries again with growing pauses that have a bound, and other steps meanwhile', async () => {
    const root = rootWith([
      step('flaky', 'echo x >>"$root/tries"; [ "$(wc -l <"$root/tries")" -ge 11 ] || fail "no luck"', {
        order: 50,
      }),
      step('other', 'echo x >>"$root/other"', { order: 60 }),
      step('script', 'echo x >>"$root/script"', { order: 90 }),
    ]);
    root.stub(
      'sleep',
      '[ "$1" -lt 30 ] || cp "$PI_IMAGE_ROOT/boot/pi-image/status.json" "$PI_IMAGE_ROOT/seen"',
    );
    const { code } = await root.run();
    expect(code).toBe(0);
    const pauses = root.called().flatMap((call) => /^sleep (\d{2,})$/.exec(call)?.[1] ?? []);
    expect(pauses.map(Number)).toEqual([30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
    expect([root.read('/other'), root.read('/script')]).toEqual(['x\n', 'x\n']);
    expect(JSON.parse(root.read('/seen'))).toMatchObject({
      state: 'retrying',
      nextTryInSeconds: 3600,
      steps: [
        { name: 'flaky', state: 'failed', attempts: 10, message: 'no luck' },
        { name: 'other', state: 'done' },
        { name: 'script', state: 'waiting', message: 'runs when the steps before it are done' },
      ],
    });
  });

  it('ends a step at its first error and takes the last line for the reason', async () => {
    const root = rootWith([step('one', 'echo first; echo "it broke" >&2; echo; false; echo not reached')]);
    root.stub('sleep', blockingSleep);
    const child = root.start();
    await until(() => state(root) === 'retrying');
    await stop(child);
    expect(root.status().steps[0]).toMatchObject({ state: 'failed', message: 'it broke' });
    expect(root.read('/boot/pi-image/first-boot.log')).not.toContain('not reached');
  });

  it('tells no password of an address', async () => {
    const root = rootWith([
      step(
        'one',
        'echo "Err http://me:s3cret@host/x"; fail "Failed to fetch https://me:s3cret@host/a@b  404"',
      ),
    ]);
    expect(await messageOf(root)).toBe('Failed to fetch https://host/a@b  404');
    expect(root.read('/boot/pi-image/first-boot.log')).toContain('Err http://host/x');
    expect(root.read('/boot/pi-image/first-boot.log')).not.toContain('s3cret');
  });

  it('says any message in JSON that parses', async () => {
    const bytes = fc.sample(
      fc.oneof(
        fc.uint8Array({ minLength: 1, maxLength: 80 }),
        fc
          .string({ unit: 'grapheme', minLength: 1, maxLength: 300 })
          .map((text) => new TextEncoder().encode(text)),
      ),
      { numRuns: 8, seed: 7 },
    );
    const known = [
      '"\\',
      '\\u0000',
      '\u0001\u001b[31m\u007f',
      'a\nb\tc\r',
      '\\\n"',
      "'$(x)`",
      '%s%n',
      '-e -n',
      '{{x}}',
      '\u2028',
      '',
      '.',
    ];
    const texts = [...known.map((text) => new TextEncoder().encode(text)), ...bytes];
    const root = rootWith(
      texts.map((_, index) =>
        step(`s${index}`, `cat "$root/text${index}" >"$run/message"; exit 1`, { order: 10 }),
      ),
    );
    for (const [index, text] of texts.entries()) writeFileSync(path.join(root.root, `text${index}`), text);
    root.stub('sleep', blockingSleep);
    const child = root.start();
    await until(() => state(root) === 'retrying');
    await stop(child);
    const strict = new TextDecoder('utf-8', { fatal: true });
    const raw = strict.decode(Buffer.from(root.read('/boot/pi-image/status.json'), 'utf8'));
    expect(raw).not.toContain('\ufffd');
    const { steps } = root.status();
    expect(steps).toHaveLength(texts.length);
    const messageOf = (index: number) => steps.find(({ name }) => name === `s${index}`)?.message;
    // What a message may look like: control characters as spaces, no more than the first 400 bytes.
    for (const [index, text] of known.entries()) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
      expect(messageOf(index)).toBe(text.replace(/[\u0000-\u001f\u007f]/g, ' '));
    }
  });

  it('waits for network and clock, and goes on without the right time when there is none', async () => {
    const root = rootWith([step('net', 'echo ran', { needs: ['network', 'clock'] })]);
    root.stub(
      'sleep',
      '[ "$(grep -c ^sleep "$PI_IMAGE_ROOT/../calls")" -lt 30 ] || echo route >"$PI_IMAGE_ROOT/route"',
    );
    const { output } = await root.run();
    expect(output).toContain('Do net: there is no network yet');
    expect(output).toContain('no time from the network');
    expect(output.match(/Do net: begins/g)).toHaveLength(1);
    expect(root.status()).toMatchObject({ state: 'done', clockIsSet: false });
  });

  it('does not wait for a clock that is set', async () => {
    const root = rootWith([step('net', 'true', { needs: ['clock'] })]);
    root.write('/run/systemd/timesync/synchronized', '');
    await root.run();
    expect(root.called().filter((call) => call === 'sleep 5')).toEqual([]);
    expect(root.status().clockIsSet).toBe(true);
  });

  it('waits for the root file system to grow before it looks for space', async () => {
    const root = rootWith([step('big', 'true', { spaceMiB: 300 })]);
    root.write('/etc/init.d/resize2fs_once', '');
    root.stub(
      'df',
      'echo head; if [ -e "$PI_IMAGE_ROOT/etc/init.d/resize2fs_once" ]; then echo a 1 1 204800 b; else echo a 1 1 409600 b; fi',
    );
    root.stub('sleep', 'rm -f "$PI_IMAGE_ROOT/etc/init.d/resize2fs_once"');
    const { output } = await root.run();
    expect(output).not.toContain('free space');
    expect(root.status().state).toBe('done');
  });

  it('says what space is missing', async () => {
    const root = rootWith([step('big', 'true', { spaceMiB: 300 })]);
    root.stub('df', 'echo head; echo a 1 1 204800 b');
    root.stub('sleep', blockingSleep);
    const child = root.start();
    await until(() => state(root) === 'waiting');
    await stop(child);
    expect(root.status().steps[0]?.message).toBe('needs 300 MiB of free space, there are 200');
  });

  describe('when the kernel knows fewer block groups than the root file system has', () => {
    /** As after a power cut in the middle of growing: a file system of 30 groups and a remainder. */
    const cramped = (known: number) => {
      const root = rootWith([step('one', 'echo one >>"$root/order"')]);
      root.stub('findmnt', 'echo /dev/mmcblk0p2');
      root.stub(
        'dumpe2fs',
        'printf "Block count:              983100\\nFirst block:              0\\nBlocks per group:         32768\\n"',
      );
      const groups = Array.from({ length: known }, (_, index) => `#${index}    : 6     1     4100  [ 0 1 ]`);
      const lines = ['#group: free  frags first [ 2^0   2^1  ]', ...groups].join('\n');
      root.write('/proc/fs/ext4/mmcblk0p2/mb_groups', `${lines}\n`);
      return root;
    };
    const restarts = (root: FirstBootRoot) =>
      root.called().filter((call) => call === 'systemctl --no-block reboot').length;

    it.each([5, 30])('restarts once, before the first step: %i known', async (known) => {
      const root = cramped(known);
      root.stub('sleep', '[ "$1" -ne 120 ] || exec /bin/sleep 600');
      const child = root.start();
      await until(() => restarts(root) === 1);
      expect(root.status()).toMatchObject({
        state: 'waiting',
        message: 'restarting, so that all of the card can be used',
      });
      await stop(child);
      expect(root.exists('/order')).toBe(false);
      const { output } = await root.run();
      expect(output).not.toContain('restarting');
      expect(restarts(root)).toBe(1);
      expect(root.status().state).toBe('done');
    });

    it('does nothing of that when it knows all', async () => {
      const root = cramped(31);
      await root.run();
      expect(restarts(root)).toBe(0);
      expect(root.status().state).toBe('done');
    });

    it('does nothing of that when it learns of all meanwhile', async () => {
      const root = cramped(5);
      root.stub('sleep', '[ "$1" -ne 10 ] || rm -r "$PI_IMAGE_ROOT/proc"');
      await root.run();
      expect(restarts(root)).toBe(0);
      expect(root.status().state).toBe('done');
    });
  });

  it('goes on where it was killed', async () => {
    const root = rootWith([
      step('one', 'echo one >>"$root/order"', { order: 10 }),
      step(
        'two',
        'echo two >>"$root/order"; [ -e "$root/second" ] || { : >"$root/second"; exec /bin/sleep 600; }',
        { order: 20 },
      ),
    ]);
    const child = root.start();
    const dead = ended(child);
    await until(() => root.exists('/second'));
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await dead;
    expect(root.status().steps.map((one) => one.state)).toEqual(['done', 'running']);
    const { code, output } = await root.run();
    expect(code, output).toBe(0);
    expect(root.read('/order')).toBe('one\ntwo\ntwo\n');
    expect(root.status().state).toBe('done');
  });

  it('survives a power cut between any two of its commands', async () => {
    let cuts = 0;
    for (let call = 1, cut = true; cut; call += 8) {
      const calls = Array.from({ length: 8 }, (_, index) => call + index);
      const done = await Promise.all(calls.map(cutAndRunAgain));
      cuts += done.filter((one) => one).length;
      cut = done.every((one) => one);
    }
    expect(cuts).toBeGreaterThan(20);
  }, 180_000);

  /** Kills the runner at the given one of its calls of sync, mv and rm; false when it makes fewer. */
  async function cutAndRunAgain(call: number): Promise<boolean> {
    const steps = ['one', 'two'].map((name, index) =>
      step(name, `echo ${name} >>"$root/order"`, { order: 10 * (index + 1) }),
    );
    const root = rootWith(steps);
    const real = { sync: 'exit 0', mv: 'exec /bin/mv "$@"', rm: 'exec /bin/rm "$@"' };
    const cut = `n=$(($(cat "$PI_IMAGE_ROOT/../calls-made" 2>/dev/null || echo 0) + 1))
echo "$n" >"$PI_IMAGE_ROOT/../calls-made"
[ "$n" -ne ${call} ] || kill -9 "-$(cat "$PI_IMAGE_ROOT/../group")"`;
    for (const [name, script] of Object.entries(real)) root.stub(name, `${cut}\n${script}`);
    const { code } = await root.run(undefined, [
      '/bin/sh',
      '-c',
      'echo $$ >"$PI_IMAGE_ROOT/../group"; exec sh "$0"',
    ]);
    if (code === 0) return false;
    // What is in memory only is gone.
    rmSync(path.join(root.root, 'run'), { recursive: true, force: true });
    for (const [name, script] of Object.entries(real)) root.stub(name, script);
    const again = await root.run();
    expect(again.code, again.output).toBe(0);
    expect(root.read('/order'), `cut at call ${call}`).toMatch(/^(one\n)+(two\n)+$/);
    expect(root.exists('/var/lib/pi-image/complete')).toBe(true);
    expect(root.exists('/usr/lib/pi-image/steps')).toBe(false);
    expect(root.status()).toMatchObject({ state: 'done', steps: [{ state: 'done' }, { state: 'done' }] });
    return true;
  }

  it('lets a step end and keeps its stamp when it is told to stop', async () => {
    const root = rootWith([
      step('one', ': >"$root/began"; /bin/sleep 0.4; : >"$root/ended"'),
      step('two', 'true', { order: 60 }),
    ]);
    const child = root.start();
    await until(() => root.exists('/began'));
    await stop(child);
    expect(root.exists('/ended')).toBe(true);
    expect(root.status()).toMatchObject({
      state: 'stopped',
      steps: [{ state: 'done' }, { state: 'pending' }],
    });
  });

  it('ends soon whenever it is told to, so that a shutdown does not wait', async () => {
    for (const moment of [0, 5, 10, 20, 40]) {
      const root = rootWith([step('one', 'exit 1')]);
      root.stub('sleep', blockingSleep);
      const child = root.start();
      await until(() => state(root) === 'retrying');
      await sleep(moment);
      await stop(child);
      expect(root.status()).toMatchObject({ state: 'stopped', steps: [{ state: 'failed' }] });
    }
  });

  it('ends when it is told to while a step fails', async () => {
    const root = rootWith([step('one', 'kill -TERM "$PPID"; exit 1')]);
    root.stub('sleep', blockingSleep);
    const { code } = await root.run();
    expect(code).toBe(0);
    expect(root.status().state).toBe('stopped');
  });

  it('takes the output of a step for that step only, though an earlier one goes on writing', async () => {
    const root = rootWith([
      step('noisy', '(until [ -e "$root/go" ]; do /bin/sleep 0.05; done; echo "old words") & exit 1', {
        order: 10,
      }),
      step('next', ': >"$root/go"; /bin/sleep 0.5; echo "new words"; exit 1', { order: 20 }),
    ]);
    root.stub('sleep', blockingSleep);
    const child = root.start();
    await until(() => state(root) === 'retrying');
    await stop(child);
    expect(root.status().steps.map(({ message }) => message)).toEqual(['', 'new words']);
  });

  it('changes nothing when it runs again after all is done', async () => {
    const root = rootWith([step('one', 'echo again >>"$root/order"')]);
    await root.run();
    const before = ['/order', '/var/lib/pi-image/status.json', '/boot/pi-image/first-boot.log'].map((name) =>
      root.read(name),
    );
    expect(await root.run()).toEqual({ code: 0, output: '' });
    expect(
      ['/order', '/var/lib/pi-image/status.json', '/boot/pi-image/first-boot.log'].map((name) =>
        root.read(name),
      ),
    ).toEqual(before);
  });

  it('cleans up again when the power was cut before that', async () => {
    const root = rootWith([step('one', 'echo again >>"$root/order"')]);
    root.write('/var/lib/pi-image/complete', '1\n');
    expect((await root.run()).code).toBe(0);
    expect(root.exists('/order')).toBe(false);
    expect(root.exists('/usr/lib/pi-image/steps')).toBe(false);
  });

  it('runs once at a time', async () => {
    const root = rootWith([
      step('one', ': >"$root/began"; until [ -e "$root/go" ]; do /bin/sleep 0.05; done'),
    ]);
    const first = root.start();
    const end = ended(first);
    await until(() => root.exists('/began'));
    const second = await root.run();
    expect(second).toEqual({ code: 0, output: 'another first-boot runner is at work\n' });
    root.write('/go', '');
    expect((await end).code).toBe(0);
  });

  it('is not held up by what a step leaves running', async () => {
    const root = rootWith([step('daemon', '/bin/sleep 30 & echo $! >"$root/pid"')]);
    const { code } = await Promise.race([root.run(), sleep(20_000, { code: 'held up' })]);
    process.kill(Number(root.read('/pid')));
    expect(code).toBe(0);
  });

  it('keeps its log and what it remembers of the output within bounds', async () => {
    const root = rootWith([
      step(
        'chatty',
        'seq 1 20000; echo x >>"$root/tries"; [ "$(wc -l <"$root/tries")" -ge 40 ] || { seq 100000 100300 | tr "\\n" " "; exit 1; }',
      ),
    ]);
    await root.run();
    const log = root.read('/boot/pi-image/first-boot.log');
    expect(log.length).toBeGreaterThan(30_000);
    expect(log.length).toBeLessThan(70_000);
    expect(log).toContain('everything is done');
  });

  it('goes on when the boot partition cannot be written', async () => {
    const root = rootWith([step('one', 'true')]);
    root.write('/boot/pi-image', 'a file where the folder should be');
    const { code } = await root.run();
    expect(code).toBe(0);
    expect(JSON.parse(root.read('/var/lib/pi-image/status.json'))).toMatchObject({ state: 'done' });
  });
});

describe.skipIf(!has.flock)('the functions of the steps', () => {
  it.skipIf(!has.python)('wait for the lock of another package manager', async () => {
    const root = rootWith([step('apt', 'echo ran', { needs: ['apt'] })]);
    root.write('/var/lib/dpkg/lock-frontend', '');
    const lock = path.join(root.root, '/var/lib/dpkg/lock-frontend');
    const holder = spawn('python3', [
      '-c',
      'import fcntl,sys;f=open(sys.argv[1],"w");fcntl.lockf(f,fcntl.LOCK_EX);print("held",flush=True);sys.stdin.read()',
      lock,
    ]);
    await new Promise((resolve) => holder.stdout.once('data', resolve));
    root.stub('sleep', `: >"${root.root}/waited"; exec /bin/sleep 0.05`);
    const run = root.run();
    await until(() => root.exists('/waited'));
    expect(root.called().filter((call) => call.startsWith('dpkg'))).toEqual([]);
    holder.stdin.end();
    const { output } = await run;
    expect(output).toContain('waiting for another package manager to end');
    expect(root.called()).toContain('dpkg --force-confdef --force-confold --configure -a');
  });

  it('fetch package lists once, again after a failure, and install without questions', async () => {
    const root = rootWith([
      step('packages', 'apt_install one two; [ -e "$root/second" ] || { : >"$root/second"; exit 1; }', {
        needs: ['apt'],
      }),
      step('more', 'apt_install three', { order: 60, needs: ['apt'] }),
    ]);
    await root.run();
    const calls = root.called().filter((call) => call.startsWith('apt-get'));
    expect(calls.filter((call) => call.endsWith(' update --allow-releaseinfo-change'))).toHaveLength(2);
    const install = calls.find((call) => call.includes('one two'));
    expect(install).toMatch(/-y .*--force-confold install --no-install-recommends one two$/);
  });

  it.each([
    [
      'an expired list',
      'E: Release file for http://x is expired (invalid since 1d).\nE: Some index files failed to download.',
      'the package lists cannot be fetched: Release file for http://x is expired (invalid since 1d).',
    ],
    [
      'an archive that is out of reach',
      "Err:2 http://x buster Release\n  Could not resolve 'x'\nE: The repository 'http://x buster Release' does not have a Release file.",
      "the package lists cannot be fetched: The repository 'http://x buster Release' does not have a Release file. (Could not resolve 'x')",
    ],
    ['no reason at all', 'Reading package lists...', 'the package lists cannot be fetched'],
  ])('name the reason of apt for %s', async (_, said, told) => {
    const root = rootWith([step('packages', 'apt_install one')]);
    root.stub('apt-get', `cat <<'E'\n${said}\nE\nexit 100`);
    expect(await messageOf(root)).toBe(told);
  });

  it.each([
    [
      'update',
      'W: Failed to fetch http://x/InRelease  503 Busy\nW: Some index files failed to download.',
      'E: Unable to locate package one',
      'packages cannot be installed: Failed to fetch http://x/InRelease  503 Busy',
    ],
    [
      'install',
      'Reading package lists...',
      'E: Failed to fetch http://x/one.deb  Hash Sum mismatch\nE: Unable to fetch some archives, maybe run apt-get update',
      'packages cannot be installed: Failed to fetch http://x/one.deb  Hash Sum mismatch',
    ],
    [
      'dpkg',
      'Reading package lists...',
      'dpkg: error processing package one (--configure):\nE: Sub-process /usr/bin/dpkg returned an error code (1)',
      'packages cannot be installed: dpkg: error processing package one (--configure):',
    ],
  ])('name the reason where packages cannot be installed: %s', async (_, update, install, told) => {
    const root = rootWith([step('packages', 'apt_install one')]);
    root.stub(
      'apt-get',
      `case "$*" in *update*) cat <<'E'\n${update}\nE\n;; *' install '*) cat <<'E'\n${install}\nE\nexit 100 ;; esac`,
    );
    expect(await messageOf(root)).toBe(told);
  });

  it('say with the failure that the time is not known', async () => {
    const root = rootWith([step('net', 'fail "no certificate"', { needs: ['clock'] })]);
    expect(await messageOf(root)).toMatch(
      /^no certificate \(no time from the network; the clock says 20..-..-..\)$/,
    );
    const set = rootWith([step('net', 'fail "no certificate"', { needs: ['clock'] })]);
    set.write('/run/systemd/timesync/synchronized', '');
    expect(await messageOf(set)).toBe('no certificate');
  });

  it.each([
    ['exit 0', 0],
    ['printf 404; exit 22', 44],
    ['printf 503404; exit 22', 44],
    ['printf 403; exit 22', 44],
    ['printf 503; exit 22', 22],
    ['printf 000; exit 6', 6],
    ['printf 404; exit 28', 28],
  ])('tell a file that is not there from a server that does not answer: %s', async (curl, code) => {
    const root = rootWith([
      step('get', 'code=7; download https://x "$root/x" && code=0 || code=$?; echo "$code" >"$root/code"'),
    ]);
    root.stub('curl', curl);
    expect((await root.run()).code).toBe(0);
    expect(root.read('/code')).toBe(`${code}\n`);
    expect(root.called().find((call) => call.startsWith('curl'))).toMatch(
      /--proto =https .*--fail .* https:\/\/x$/,
    );
  });

  it('mend broken package lists', async () => {
    const root = rootWith([step('update', 'apt_update', { needs: ['apt'] })]);
    root.write('/var/lib/apt/lists/broken', '');
    root.stub('apt-get', 'case "$*" in *update*) [ ! -e "$PI_IMAGE_ROOT/var/lib/apt/lists/broken" ] ;; esac');
    const { code } = await root.run();
    expect(code).toBe(0);
    expect(root.status().steps[0]).toMatchObject({ state: 'done', attempts: 1 });
  });

  /** An apt that is content with lists as long as they are there, and knows a package only by lists that are whole. */
  const trusting = `lists=$PI_IMAGE_ROOT/var/lib/apt/lists
case "$*" in
  *update*) [ -e "$lists/Packages" ] || echo one >"$lists/Packages" ;;
  *' install '*) grep -q one "$lists/Packages" || { echo 'E: Unable to locate package one' >&2; exit 100; } ;;
esac`;
  /** What a power cut leaves of lists that were just fetched. */
  const withEmptyLists = () => {
    const root = rootWith([step('packages', 'apt_install one')]);
    root.write('/var/lib/apt/lists/Packages', '');
    root.stub('apt-get', trusting);
    return root;
  };

  it('fetch package lists anew where the power was cut while they came', async () => {
    const root = withEmptyLists();
    root.write('/var/lib/pi-image/fetching-lists', '');
    expect((await root.run()).code).toBe(0);
    expect(root.status().steps[0]).toMatchObject({ state: 'done', attempts: 1 });
    expect(root.exists('/var/lib/pi-image/fetching-lists')).toBe(false);
  });

  it('fetch them anew in the second try where somebody else left them empty', async () => {
    const root = withEmptyLists();
    expect((await root.run()).code).toBe(0);
    expect(root.status().steps[0]).toMatchObject({ state: 'done', attempts: 2 });
  });

  it('leave a mark until lists are on the card', async () => {
    const root = rootWith([step('packages', 'apt_update; [ ! -e "$root/var/lib/pi-image/fetching-lists" ]')]);
    root.stub(
      'apt-get',
      'case "$*" in *update*) [ -e "$PI_IMAGE_ROOT/var/lib/pi-image/fetching-lists" ] ;; esac',
    );
    root.stub('sync', 'exit 0');
    expect((await root.run()).code).toBe(0);
    const order = root.called().filter((call) => /^(sync|apt-get .*update)/.test(call));
    const at = order.findIndex((call) => call.startsWith('apt-get'));
    expect(order[at - 1]).toMatch(/^sync .*fetching-lists /);
    expect(order[at + 1]).toBe('sync ');
  });
});

describe.skipIf(!has.flock)('pi-image-status', () => {
  it('tells the state and whether it is done', async () => {
    const root = rootWith([step('one', 'true')]);
    expect(await root.run('/usr/bin/pi-image-status')).toEqual({
      code: 1,
      output: 'the first-boot steps have not begun yet\n',
    });
    await root.run();
    const after = await root.run('/usr/bin/pi-image-status');
    expect(after.code).toBe(0);
    expect(JSON.parse(after.output)).toMatchObject({ state: 'done' });
  });
});

import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { hasTool } from '../fixtures/judge.ts';
import { environmentFor, releaseApi } from '../fixtures/release-api.ts';
import { temporaryDirectory } from '../fixtures/temporary-directory.ts';
import { checkOutAction, runStep } from './action-runner.ts';

interface Workflow {
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly needs?: string;
        readonly steps: readonly {
          readonly name?: string;
          readonly uses?: string;
          readonly with?: Readonly<Record<string, unknown>>;
          readonly run?: string;
        }[];
      }
    >
  >;
}

const root = path.resolve(import.meta.dirname, '../..');
const workflow = (name: string) =>
  parse(readFileSync(path.join(root, '.github/workflows', name), 'utf8')) as Workflow;

/** Runs the command of a step as GitHub's Linux runners do. */
function runBlock({ jobs }: Workflow, job: string, cwd: string, env: NodeJS.ProcessEnv): void {
  for (const { run } of jobs[job]?.steps ?? []) {
    if (run === undefined) continue;
    execFileSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run], {
      ...{ cwd, stdio: ['ignore', 'pipe', 'pipe'] },
      env: { ...process.env, ...env },
    });
  }
}

/** As much of GitHub's command line as the steps use, over a folder that stands for the release. */
const gh = `#!/bin/bash
set -eu
[ "$1 $3 $GH_REPO $GH_TOKEN" = "release v1.0 cook/kitchen token" ] || exit 64
verb=$2; shift 3
case $verb in
  download) [ "$1 $3" = "--pattern --dir" ] || exit 64; mkdir -p "$4"; cd "$RELEASE"; for one in $2; do cp "$one" "$OLDPWD/$4/"; done ;;
  upload) [ "$2" = --clobber ] || exit 64; cp "$1" "$RELEASE/" ;;
  edit) [ "$*" = --draft=false ] || exit 64; touch "$RELEASE.published" ;;
  *) exit 64 ;;
esac
`;

const cwd = temporaryDirectory();

describe('the reusable workflow', () => {
  it.skipIf(!hasTool('jq') || process.platform === 'win32')(
    'makes a release of several images, one list for Imager, and publishes them',
    async () => {
      const repository = checkOutAction(cwd);
      const workspace = path.join(cwd, 'workspace');
      const release = path.join(cwd, 'release');
      const bin = path.join(cwd, 'bin');
      for (const folder of [workspace, release, bin]) mkdirSync(folder);
      writeFileSync(path.join(bin, 'gh'), gh, { mode: 0o755 });
      const images = workflow('build-images.yml');
      const build = images.jobs['build']?.steps.find(({ name }) => name === 'Build');
      expect(Object.keys(build?.with ?? {})).toEqual(['config', 'cache', 'compression', 'release-tag']);

      const api = await releaseApi();
      for (const name of ['kitchen', 'office']) {
        const settings = { image: 'demo', hostname: name, ssh: { enabled: false }, vnc: { enabled: false } };
        writeFileSync(path.join(workspace, `${name}.yaml`), JSON.stringify(settings));
        const inputs = { config: `${name}.yaml`, compression: 'gz', 'release-tag': 'v1.0' };
        const result = await runStep(repository, workspace, {
          inputs: { ...inputs, cache: 'true', 'github-token': api.token },
          env: environmentFor(api),
        });
        expect(result.exitCode, result.stdout).toBe(0);
        const list = result.outputs['rpi-imager-json'] ?? '';
        expect(api.releases[0]?.assets.map((asset) => asset.name)).toContain(`${name}.rpi-imager.json`);
        cpSync(list, path.join(release, `${name}.rpi-imager.json`));
      }
      expect(api.releases).toMatchObject([{ tag_name: 'v1.0', draft: true }]);

      const env = {
        PATH: `${bin}:${process.env['PATH']}`,
        ...{ RELEASE: release, TAG: 'v1.0', GH_REPO: 'cook/kitchen', GH_TOKEN: 'token' },
      };
      const job = path.join(cwd, 'job');
      mkdirSync(job);
      expect(images.jobs['imager-list']?.needs).toBe('build');
      runBlock(images, 'imager-list', job, env);
      const merged = JSON.parse(readFileSync(path.join(release, 'rpi-imager.json'), 'utf8'));
      const at = 'https://github.com/cook/kitchen/releases/download/v1.0';
      expect(merged.os_list).toMatchObject([
        { name: 'kitchen', url: `${at}/kitchen.img.gz`, init_format: 'systemd' },
        { name: 'office', url: `${at}/office.img.gz` },
      ]);
      expect(merged.imager.devices.map(({ name }: { name: string }) => name)).toEqual([
        ...['Raspberry Pi 4', 'Raspberry Pi 3', 'Raspberry Pi Zero', 'No filtering'],
      ]);

      expect(existsSync(`${release}.published`)).toBe(false);
      expect(images.jobs['publish']?.needs).toBe('imager-list');
      runBlock(images, 'publish', job, env);
      expect(existsSync(`${release}.published`)).toBe(true);
    },
    300_000,
  );

  it.skipIf(!hasTool('jq') || process.platform === 'win32')('merges lists that name no boards', () => {
    const release = path.join(cwd, 'plain');
    const bin = path.join(cwd, 'plain-bin');
    for (const folder of [release, bin, path.join(cwd, 'plain-job')]) mkdirSync(folder);
    writeFileSync(path.join(bin, 'gh'), gh, { mode: 0o755 });
    for (const name of ['a', 'b'])
      writeFileSync(path.join(release, `${name}.rpi-imager.json`), JSON.stringify({ os_list: [{ name }] }));
    runBlock(workflow('build-images.yml'), 'imager-list', path.join(cwd, 'plain-job'), {
      PATH: `${bin}:${process.env['PATH']}`,
      ...{ RELEASE: release, TAG: 'v1.0', GH_REPO: 'cook/kitchen', GH_TOKEN: 'token' },
    });
    expect(JSON.parse(readFileSync(path.join(release, 'rpi-imager.json'), 'utf8'))).toEqual({
      os_list: [{ name: 'a' }, { name: 'b' }],
    });
    expect(readdirSync(release)).toHaveLength(3);
  });
});

describe('the workflow that releases pi-image itself', () => {
  it.skipIf(!hasTool('git') || process.platform === 'win32')('moves the tag of the major version', () => {
    const { jobs } = workflow('release.yml');
    const steps = jobs['release']?.steps.filter(({ name = '' }) => name.startsWith('Move the tag')) ?? [];
    expect(steps).toHaveLength(1);
    const remote = path.join(cwd, 'remote.git');
    const clone = path.join(cwd, 'clone');
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.org', ...args], {
        ...{ cwd, encoding: 'utf8' },
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
    git('init', '--quiet', '--bare', remote);
    git('clone', '--quiet', remote, clone);
    for (const tag of ['v1.0.0', 'v1.1.0']) {
      git('-C', clone, 'commit', '--quiet', '--allow-empty', '--message', tag);
      git('-C', clone, 'tag', tag);
      git('-C', clone, 'push', '--quiet', 'origin', tag);
      runBlock({ jobs: { release: { steps } } }, 'release', clone, { GITHUB_REF_NAME: tag });
      expect(git('-C', remote, 'rev-parse', 'v1')).toBe(git('-C', clone, 'rev-parse', tag));
    }
  });
});

import type { SpecialFile } from '../../../src/image/ext4/operations.ts';
import type { Ext4Volume } from '../../../src/image/ext4/volume.ts';
import { type ByteSource, bytesSource } from '../../../src/model/content.ts';
import { PiImageError } from '../../../src/model/errors.ts';
import type { FileAttributes } from '../../../src/model/volume.ts';
import { type Editable, Model } from './model.ts';
import { pattern, randomNumbers } from './random.ts';

/** One step as data, so that a failing sequence can be printed, cut down and done again. */
export type Step =
  | {
      readonly do: 'write';
      readonly path: string;
      readonly size: number;
      readonly seed: number;
      readonly given: FileAttributes;
    }
  | { readonly do: 'breakOff'; readonly path: string; readonly size: number; readonly at: number }
  | { readonly do: 'append'; readonly path: string; readonly size: number; readonly seed: number }
  | { readonly do: 'resize'; readonly path: string; readonly size: number }
  | { readonly do: 'makeDirectory'; readonly path: string; readonly given: FileAttributes }
  | { readonly do: 'makeLink'; readonly path: string; readonly target: string }
  | { readonly do: 'makeHardLink'; readonly existing: string; readonly path: string }
  | { readonly do: 'makeSpecialFile'; readonly path: string; readonly special: SpecialFile }
  | { readonly do: 'remove'; readonly path: string }
  | { readonly do: 'rename'; readonly path: string; readonly to: string }
  | { readonly do: 'setAttributes'; readonly path: string; readonly given: FileAttributes }
  | {
      readonly do: 'setExtendedAttribute';
      readonly path: string;
      readonly name: string;
      readonly size: number;
      readonly seed: number;
    }
  | { readonly do: 'reopen' };

const stems = ['f', 'some-longer-name-', 'żółć-', '\udcff\udc80-', 'x'.repeat(60), 'n'.repeat(240)];
const attributeNames = [
  'user.a',
  'user.longer-name',
  'security.capability',
  'trusted.t',
  'system.posix_acl_access',
];
const mostDepth = 6;
const brokenSource = new Error('the source broke off');

export interface Shape {
  /** Names for each stem: many make large directories. */
  readonly names?: number;
  /** Bytes of a file at most. */
  readonly largest?: number;
  /** Steps between two openings. */
  readonly reopenAfter?: number;
}

/** Anything at all, but for access lists: a kernel does not open what has one that makes no sense. */
function attributeValue({ name, size, seed }: Step & { do: 'setExtendedAttribute' }): Uint8Array {
  return name === 'system.posix_acl_access' ? accessList(Math.floor(size / 8), seed) : pattern(size, seed);
}

/** As ext4 keeps it (fs/ext4/acl.h): version 1, then a tag and permissions each, and an id for named users. */
function accessList(users: number, seed: number): Uint8Array {
  const entry = (tag: number, permissions: number, id?: number): Buffer => {
    const bytes = Buffer.alloc(id === undefined ? 4 : 8);
    bytes.writeUInt16LE(tag);
    bytes.writeUInt16LE(permissions & 7, 2);
    if (id !== undefined) bytes.writeUInt32LE(id, 4);
    return bytes;
  };
  const named = Array.from({ length: users }, (_, index) => entry(0x02, seed + index, 1000 + index));
  const mask = users > 0 ? [entry(0x10, 7)] : [];
  return Buffer.concat([
    Buffer.from([1, 0, 0, 0]),
    entry(0x01, seed >> 3),
    ...named,
    entry(0x04, seed >> 6),
    ...mask,
    entry(0x20, seed >> 9),
  ]);
}

/** The next step for a file system that holds what the model says. */
export function nextStep(random: () => number, { nodes }: Model, index: number, shape: Shape): Step {
  const { names = 40, largest = 600_000, reopenAfter = 211 } = shape;
  if (index % reopenAfter === reopenAfter - 1) return { do: 'reopen' };
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(list: readonly T[]): T | undefined => list[below(list.length)];
  const all = [...nodes];
  const existing = (...kinds: string[]): string => {
    // Now and then something that is of another kind, or not there at all.
    if (random() < 0.02) return fresh();
    const fitting = all.filter(([path, { kind }]) => path !== '' && kinds.includes(kind));
    return pick(fitting)?.[0] ?? fresh();
  };
  const fresh = (): string => {
    const parents = all.filter(
      ([path, { kind }]) => kind === 'directory' && path.split('/').length < mostDepth,
    );
    // Half of all happens in one directory, so that it grows large.
    const parent = random() < 0.5 ? '' : pick(parents)![0];
    return `${parent}/${pick(stems)}${below(names)}`;
  };
  const size = (): number => {
    const scale = random();
    return below(scale < 0.7 ? 3000 : scale < 0.95 ? 60_000 : largest);
  };
  const owner = (): FileAttributes =>
    random() < 0.5 ? { mode: 0o600 + (index & 0o77), uid: (index * 977) % 100_000, gid: index % 70_000 } : {};
  const choices: readonly (readonly [weight: number, make: () => Step])[] = [
    [
      30,
      () => ({
        do: 'write',
        path: random() < 0.3 ? existing('file') : fresh(),
        size: size(),
        seed: index,
        given: owner(),
      }),
    ],
    [4, () => ({ do: 'breakOff', path: fresh(), size: below(largest), at: below(largest) })],
    [6, () => ({ do: 'append', path: existing('file'), size: size(), seed: index })],
    [6, () => ({ do: 'resize', path: existing('file'), size: size() * (random() < 0.1 ? 1000 : 1) })],
    [8, () => ({ do: 'makeDirectory', path: fresh(), given: { mode: 0o700 + (index & 0o77), uid: index } })],
    [
      10,
      () => ({
        do: 'makeLink',
        path: fresh(),
        target: `/${index}${'y'.repeat(below(random() < 0.5 ? 70 : 900))}`,
      }),
    ],
    [5, () => ({ do: 'makeHardLink', existing: existing('file', 'link', 'other'), path: fresh() })],
    [2, () => ({ do: 'makeSpecialFile', path: fresh(), special: specialFile(below(4), below(5000)) })],
    [25, () => ({ do: 'remove', path: existing('file', 'link', 'other') })],
    [4, () => ({ do: 'remove', path: existing('directory') })],
    [12, () => ({ do: 'rename', path: existing('file', 'link', 'directory'), to: fresh() })],
    [
      5,
      () => ({
        do: 'setAttributes',
        path: existing('file', 'directory'),
        given: { mode: 0o4000 | (index & 0o777), gid: index * 3 },
      }),
    ],
    [
      8,
      () => ({
        do: 'setExtendedAttribute',
        path: existing('file', 'directory', 'link'),
        name: pick(attributeNames)!,
        size: below(random() < 0.7 ? 60 : 500),
        seed: random() < 0.3 ? -1 : index,
      }),
    ],
  ];
  let rest = random() * choices.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, make] of choices) {
    rest -= weight;
    if (rest < 0) return make();
  }
  return { do: 'reopen' };
}

function specialFile(kind: number, number: number): SpecialFile {
  if (kind < 2) return { type: kind === 0 ? 'fifo' : 'socket' };
  return { type: kind === 2 ? 'character' : 'block', major: number % 600, minor: number };
}

/** Does a step; `done`, or the code of the error it ended in. Other errors pass through. */
function perform(target: Editable, step: Step): string {
  try {
    switch (step.do) {
      case 'write':
        target.write(step.path, bytesSource(pattern(step.size, step.seed)), step.given);
        break;
      case 'breakOff':
        target.write(step.path, brokenAt(step.size, step.at));
        break;
      case 'append':
        target.append(step.path, bytesSource(pattern(step.size, step.seed)));
        break;
      case 'setExtendedAttribute':
        target.setExtendedAttribute(step.path, step.name, step.seed < 0 ? undefined : attributeValue(step));
        break;
      case 'resize':
        target.resize(step.path, step.size);
        break;
      case 'makeDirectory':
        target.makeDirectory(step.path, step.given);
        break;
      case 'makeLink':
        target.makeLink(step.path, step.target);
        break;
      case 'makeHardLink':
        target.makeHardLink(step.existing, step.path);
        break;
      case 'makeSpecialFile':
        target.makeSpecialFile(step.path, step.special);
        break;
      case 'remove':
        target.remove(step.path);
        break;
      case 'rename':
        target.rename(step.path, step.to);
        break;
      case 'setAttributes':
        target.setAttributes(step.path, step.given);
        break;
      case 'reopen':
        break;
    }
    return 'done';
  } catch (error) {
    if (error === brokenSource) return 'broken off';
    if (PiImageError.is(error)) return error.code;
    throw error;
  }
}

function brokenAt(size: number, at: number): ByteSource {
  return {
    size: size + 1,
    readInto(target, position) {
      if (position + target.length > Math.min(at, size)) throw brokenSource;
      target.fill(0xbb);
    },
  };
}

/** A file system under test: `reopen` flushes, and opens the same bytes again. */
export type Reopen = (volume: Ext4Volume | undefined) => Ext4Volume;

export interface FuzzRun {
  readonly model: Model;
  readonly steps: readonly Step[];
  /** How often each kind of step was done, and how often it was refused and why. */
  readonly outcomes: Readonly<Record<string, number>>;
}

export interface FuzzOptions extends Shape {
  readonly seed: number;
  readonly count: number;
  readonly reopen: Reopen;
}

/** A failure, with the steps that led to it. */
export class FuzzFailure extends Error {
  readonly steps: readonly Step[];

  constructor(steps: readonly Step[], cause: unknown) {
    super(`step ${steps.length - 1} failed: ${JSON.stringify(steps.at(-1))}`, { cause });
    this.steps = steps;
  }
}

/** Random steps on a volume and on a model, which must agree on each; the volume may besides refuse for want of space. */
export function fuzz({ seed, count, reopen, ...shape }: FuzzOptions): FuzzRun {
  const random = randomNumbers(seed);
  return play(reopen, function* (model) {
    for (let index = 0; index < count; index++) yield nextStep(random, model, index, shape);
  });
}

/** The same for steps that are given. */
export function replay(reopen: Reopen, steps: readonly Step[]): FuzzRun {
  return play(reopen, () => steps);
}

function play(reopen: Reopen, source: (model: Model) => Iterable<Step>): FuzzRun {
  const model = new Model();
  const steps: Step[] = [];
  const outcomes: Record<string, number> = {};
  let volume = reopen(undefined);
  for (const step of source(model)) {
    steps.push(step);
    try {
      if (step.do === 'reopen') volume = reopen(volume);
      const outcome = perform(volume, step);
      const key = outcome === 'done' ? step.do : `${step.do}: ${outcome}`;
      outcomes[key] = (outcomes[key] ?? 0) + 1;
      if (outcome === 'image.no-space') continue;
      const expected = perform(model, step);
      if (outcome !== expected) throw new Error(`the outcome was ${outcome}, not ${expected}`);
    } catch (error) {
      throw new FuzzFailure(steps, error);
    }
  }
  reopen(volume);
  return { model, steps, outcomes };
}

import { isDeepStrictEqual } from 'node:util';
import type { Context, Contribution, Customization } from '../customizations/customization.ts';
import { loginAfter } from '../customizations/user.ts';
import type { Edit, EditDraft } from '../model/edit.ts';
import type { FirstBootStep } from '../model/first-boot.ts';
import type { HostInput } from '../model/host-input.ts';
import type { OsFacts } from '../model/os.ts';
import type { Advice, Plan } from '../model/plan.ts';
import { firstBootEdits } from './first-boot.ts';
import { imageAdvice } from './image-advice.ts';
import { mergeEdits } from './merge.ts';

export interface PlanInputs {
  readonly os: OsFacts;
  readonly customizations: readonly Customization[];
  /** Settings by customization name, as the user wrote them and the schemas accepted them. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly now: Date;
  readonly random: Context['random'];
  readonly input: (path: string) => HostInput;
}

/** Asks each customization what it contributes and makes one plan of it. Pure: the same inputs give the same plan. */
export function makePlan(inputs: PlanInputs): Plan {
  const { os, settings } = inputs;
  const login = loginAfter(settings['user'], os);
  const hostname = typeof settings['hostname'] === 'string' ? settings['hostname'] : os.hostname;
  const context: Context = { ...inputs, login, hostname, settings };

  const contributions = inputs.customizations.map((one) => ({
    from: one.name,
    ...contributionOf(one, context),
  }));
  const firstBoot = sortSteps(contributions.flatMap((one) => one.firstBoot ?? []));
  const notify = contributions.find((one) => one.notify)?.notify;
  const { edits, advice } = mergeEdits([
    ...contributions.flatMap(({ from, edits: drafts = [] }) => signed(drafts, from)),
    ...signed(firstBootEdits(firstBoot, { os, notify }), 'first-boot'),
  ]);
  return {
    version: 1,
    os,
    edits,
    preconditions: contributions.flatMap((one) => one.preconditions ?? []),
    firstBoot,
    preloads: contributions.flatMap(({ from, preloads = [] }) => preloads.map((one) => ({ ...one, from }))),
    advice: [...imageAdvice(os), ...contributions.flatMap((one) => one.advice ?? []), ...advice].sort(
      warningsFirst,
    ),
    ...(login && { login }),
    hostname,
    sensitive: edits.some((edit) => edit.sensitive),
  };
}

function contributionOf(customization: Customization, context: Context): Contribution {
  const settings = context.settings[customization.name] ?? customization.whenUnset?.(context.os);
  return settings === undefined ? {} : customization.contribute(settings, context);
}

function signed(drafts: readonly EditDraft[], from: string): Edit[] {
  return drafts.map((draft) => ({ ...draft, from }));
}

/** A step that two customizations ask for alike is one. */
function sortSteps(steps: readonly FirstBootStep[]): readonly FirstBootStep[] {
  const once = steps.filter(
    (step, index) => steps.findIndex((other) => isDeepStrictEqual(other, step)) === index,
  );
  return once.sort((a, b) => a.order - b.order || (a.name < b.name ? -1 : 1));
}

function warningsFirst(a: Advice, b: Advice): number {
  return Number(a.level === 'note') - Number(b.level === 'note');
}

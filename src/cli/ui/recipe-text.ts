import { stringify } from 'yaml';
import type { RecipeChange, RecipeRun } from '../../build/explain.ts';
import type { Paint } from './paint.ts';
import { printable } from './problem.ts';

const kinds: Readonly<Record<RecipeRun['kind'], string>> = { build: 'Built', personalize: 'Personalized' };

/** A run of a recipe for people. Whoever made the image wrote it: no text of it may pass for one of ours. */
export function describeRun(run: RecipeRun, paint: Paint): string {
  const { kind, tool, base, time, settings, firstBoot, changes, moreChanges = 0 } = run;
  const byDefault = run.customizations.filter((name) => settings?.[name] === undefined);
  const count = changes.length + moreChanges;
  return [
    paint('bold', `${kinds[kind]} by ${oneLine(`${tool.name} ${tool.version}`)}`),
    `from       ${oneLine(base.name)}${base.sha256 ? ` (SHA-256 ${base.sha256})` : ''}`,
    ...(time ? [`time       ${oneLine(time)} (SOURCE_DATE_EPOCH)`] : []),
    ...(byDefault.length > 0 && settings ? [`defaults   ${byDefault.map(oneLine).join(', ')}`] : []),
    '',
    paint('cyan', 'settings'),
    ...settingsLines(settings),
    '',
    paint('cyan', count === 1 ? '1 path' : `${count} paths`),
    ...changes.map((change) => `  ${describeChange(change)}`),
    ...(moreChanges > 0 ? [`  and ${moreChanges} more`] : []),
    ...(firstBoot.length > 0 ? ['', paint('cyan', 'at the first boot')] : []),
    ...firstBoot.map(({ title }) => `  ${oneLine(title)}`),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function settingsLines(settings: RecipeRun['settings']): string[] {
  if (settings === undefined) return ['  (too long for the recipe)'];
  const text = stringify(settings, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd();
  return text.split('\n').map((line) => `  ${printable(line)}`);
}

function describeChange({ action, path, mode, owner, target, to, hidden, from }: RecipeChange): string {
  const other = target ?? to;
  const words = [
    action.padEnd(9),
    `${oneLine(path)}${other === undefined ? '' : ` → ${oneLine(other)}`}`,
    ...[mode, owner].flatMap((one) => (one === undefined ? [] : [oneLine(one)])),
    ...(hidden ? ['(hidden)'] : []),
    `[${from.map(oneLine).join(', ')}]`,
  ];
  return words.join(' ');
}

const oneLine = (text: string): string => printable(text.replaceAll('\n', '\\n'));

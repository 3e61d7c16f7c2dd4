import type { z } from 'zod';
import type { Customization } from '../customizations/customization.ts';
import type { Problem } from '../model/errors.ts';
import { nearest } from '../model/nearest.ts';
import type { Locate } from './parse.ts';
import { specSchema } from './spec.ts';

type Issue = z.core.$ZodIssue;

/** Turns what the schema found into sentences, each with its place in the file where there is one. */
export function problemsOf(
  error: z.ZodError,
  value: unknown,
  customizations: readonly Customization[],
  locate: Locate,
): readonly Problem[] {
  const topLevel = Object.keys(specSchema(customizations).shape);
  return error.issues
    .flatMap((issue) => flatten(issue, []))
    .flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? unknownKeys(issue, topLevel, locate)
        : [sentence(issue, value, locate)],
    );
}

/** Of a union's alternatives, the one that got furthest is what the user meant. */
function flatten(issue: Issue, above: readonly PropertyKey[]): Issue[] {
  const path = [...above, ...issue.path];
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ ...issue, path }];
  const depth = (issues: readonly Issue[]) =>
    Math.max(...issues.map((one) => one.path.length + innerDepth(one)));
  const ranked = [...issue.errors].sort((a, b) => depth(b) - depth(a) || a.length - b.length);
  const best = ranked[0] ?? [];
  if (depth(best) === 0 && issue.errors.length > 1) return [{ ...issue, path }];
  return best.flatMap((one) => flatten(one, path));
}

function innerDepth(issue: Issue): number {
  if (issue.code === 'unrecognized_keys') return 1;
  if (issue.code !== 'invalid_union') return issue.code === 'invalid_type' && issue.path.length === 0 ? 0 : 1;
  return Math.max(0, ...issue.errors.flat().map((one) => one.path.length));
}

function unknownKeys(
  issue: Issue & { code: 'unrecognized_keys' },
  topLevel: readonly string[],
  locate: Locate,
): Problem[] {
  return issue.keys.map((key) => {
    const path = [...issue.path, key];
    const near = issue.path.length === 0 ? nearest(key, topLevel) : [];
    const help =
      near.length > 0 ? `did you mean ${near.map((name) => `"${name}"`).join(' or ')}?` : undefined;
    return problem(`there is no setting "${key}"${within(issue.path)}`, path, locate(path, 'key'), help);
  });
}

function sentence(issue: Issue, value: unknown, locate: Locate): Problem {
  const given = at(value, issue.path);
  const missing = given === undefined && issue.code === 'invalid_type';
  const message = missing ? 'is missing' : issue.message;
  const place = missing ? locate(issue.path.slice(0, -1), 'key') : locate(issue.path, 'value');
  return problem(missing ? `"${dotted(issue.path)}" ${message}` : message, issue.path, place);
}

function problem(message: string, path: readonly PropertyKey[], at?: Problem['at'], help?: string): Problem {
  return { message, path: dotted(path), ...(at && { at }), ...(help !== undefined && { help }) };
}

const dotted = (path: readonly PropertyKey[]): string => path.map(String).join('.');

const within = (path: readonly PropertyKey[]): string => (path.length === 0 ? '' : ` in "${dotted(path)}"`);

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let here = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Record<PropertyKey, unknown>)[key];
  }
  return here;
}

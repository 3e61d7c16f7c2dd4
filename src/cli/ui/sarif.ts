import { createHash } from 'node:crypto';
import type { LintFinding } from '../../lint/lint-image.ts';
import type { Rule } from '../../lint/rule.ts';

export interface SarifRun {
  readonly findings: readonly LintFinding[];
  /** The rules that were asked, found something or not. */
  readonly rules: readonly Rule[];
  /** Name of the image. */
  readonly image: string;
  /** Of pi-image. */
  readonly version: string;
}

/** Paths of findings start at the root of the image. */
const root = 'IMAGE';

/**
 * Findings as a log of SARIF 2.1.0, which GitHub code scanning and editors read
 * (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html). Our levels are those of SARIF.
 */
export function sarifLog({ findings, rules, image, version }: SarifRun): Record<string, unknown> {
  const driver = {
    name: 'pi-image',
    version,
    rules: rules.map(ruleOf),
  };
  const results = findings.map((finding) => resultOf(finding, rules));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver },
        originalUriBaseIds: { [root]: { description: { text: `the root directory of ${image}` } } },
        columnKind: 'utf16CodeUnits',
        results,
      },
    ],
  };
}

function ruleOf({ id, level, leak, summary, why, fix }: Rule): Record<string, unknown> {
  return {
    id,
    shortDescription: { text: summary },
    fullDescription: { text: why },
    help: { text: fix },
    defaultConfiguration: { level },
    properties: { tags: leak ? ['security'] : ['correctness'] },
  };
}

function resultOf(finding: LintFinding, rules: readonly Rule[]): Record<string, unknown> {
  const { rule, level, path, line, message, help } = finding;
  const text = `${path}: ${message}. ${help}`;
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex(({ id }) => id === rule),
    level,
    message: { text },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: relativeUri(path), uriBaseId: root },
          ...(line !== undefined && { region: { startLine: line } }),
        },
      },
    ],
    // The file is in no repository, so that nobody else could tell this finding from the next.
    partialFingerprints: { 'finding/v1': digest(`${rule}\0${path}\0${message}`) },
  };
}

function relativeUri(path: string): string {
  const segments = path.split('/').filter((segment) => segment !== '');
  return segments.map((segment) => [...segment].map(escapeCharacter).join('')).join('/') || '.';
}

/** A byte of a name that is not UTF-8 stands as a lone surrogate, U+DC00 and the byte (image/ext4/name.ts). */
function escapeCharacter(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0xd800 || point > 0xdfff) return encodeURIComponent(character);
  return `%${(point & 0xff).toString(16).padStart(2, '0').toUpperCase()}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

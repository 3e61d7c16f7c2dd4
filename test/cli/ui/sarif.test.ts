import { describe, expect, it } from 'vitest';
import { sarifLog } from '../../../src/cli/ui/sarif.ts';
import { builtInRules } from '../../../src/lint/index.ts';
import { osTrees } from '../../fixtures/os-trees.ts';
import { lintTree } from '../../lint/context.ts';

/** Of the schema of SARIF 2.1.0 (sarif-schema-2.1.0.json), for the objects that we make: nothing else is allowed in them. */
const properties = {
  log: '$schema version runs inlineExternalProperties properties',
  run: 'tool invocations originalUriBaseIds artifacts results automationDetails columnKind properties',
  toolComponent: 'name version semanticVersion informationUri fullName rules properties',
  rule: 'id name shortDescription fullDescription messageStrings defaultConfiguration helpUri help properties',
  result:
    'ruleId ruleIndex rule kind level message locations fingerprints partialFingerprints relatedLocations properties',
  location: 'id physicalLocation logicalLocations message properties',
  physicalLocation: 'address artifactLocation region contextRegion properties',
  artifactLocation: 'uri uriBaseId index description properties',
  region: 'startLine startColumn endLine endColumn snippet message properties',
  message: 'text markdown id arguments properties',
  configuration: 'enabled level rank parameters properties',
} as const;

function expectShape(kind: keyof typeof properties, value: unknown): void {
  const allowed: readonly string[] = properties[kind].split(' ');
  for (const key of Object.keys(value as object)) expect(allowed, kind).toContain(key);
}

interface Message {
  readonly text: string;
}

interface Log {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: {
      readonly driver: {
        readonly name: string;
        readonly rules: readonly {
          readonly id: string;
          readonly shortDescription: Message;
          readonly fullDescription: Message;
          readonly help: Message;
          readonly defaultConfiguration: { readonly level: string };
          readonly properties: { readonly tags: readonly string[] };
        }[];
      };
    };
    readonly originalUriBaseIds: Readonly<Record<string, { readonly description: Message }>>;
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: Message;
      readonly partialFingerprints: Readonly<Record<string, string>>;
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string; readonly uriBaseId: string };
          readonly region?: { readonly startLine: number };
        };
      }[];
    }[];
  }[];
}

const levels = ['none', 'note', 'warning', 'error'];

function logOf(findings: Parameters<typeof sarifLog>[0]['findings']): Log {
  const log = sarifLog({ findings, rules: builtInRules, image: 'kitchen.img', version: '1.2.3' });
  return JSON.parse(JSON.stringify(log)) as Log;
}

const finding = {
  rule: 'hostname',
  level: 'warning',
  path: '/etc/hostname',
  message: 'no name',
  help: 'give one',
} as const;

describe('sarifLog', () => {
  it('has the shape that the schema wants', () => {
    const log = logOf(lintTree(osTrees['buster-desktop'](), { public: true }).findings);
    expectShape('log', log);
    expect(log.version).toBe('2.1.0');
    const [run] = log.runs;
    expectShape('run', run);
    expectShape('toolComponent', run?.tool.driver);
    for (const rule of run?.tool.driver.rules ?? []) {
      expectShape('rule', rule);
      expectShape('configuration', rule.defaultConfiguration);
      expect(levels).toContain(rule.defaultConfiguration.level);
      for (const text of [rule.shortDescription, rule.fullDescription, rule.help]) {
        expectShape('message', text);
        expect(text.text).not.toBe('');
      }
    }
    expect(run?.results.length).toBeGreaterThan(0);
    for (const result of run?.results ?? []) {
      expectShape('result', result);
      expectShape('message', result.message);
      expect(levels).toContain(result.level);
      expect(run?.tool.driver.rules[result.ruleIndex]?.id).toBe(result.ruleId);
      for (const location of result.locations) {
        expectShape('location', location);
        expectShape('physicalLocation', location.physicalLocation);
        const { artifactLocation, region } = location.physicalLocation;
        expectShape('artifactLocation', artifactLocation);
        expect(run?.originalUriBaseIds).toHaveProperty(artifactLocation.uriBaseId);
        if (region) expectShape('region', region);
        expect(region?.startLine ?? 1).toBeGreaterThanOrEqual(1);
      }
    }
  });

  it.each([
    ['/etc/hostname', 'etc/hostname'],
    ['/', '.'],
    ['/boot/ssh (1).txt', 'boot/ssh%20(1).txt'],
    ['/var/a:b%2e#c', 'var/a%3Ab%252e%23c'],
    ['/home/ä\udcff', 'home/%C3%A4%FF'],
  ])('writes the path %s as the relative URI %s', (path, uri) => {
    const { artifactLocation } = logOf([{ ...finding, path }]).runs[0]!.results[0]!.locations[0]!
      .physicalLocation;
    expect(artifactLocation.uri).toBe(uri);
  });

  it('gives each finding a fingerprint that lasts when lines move', () => {
    const printOf = (change: object) =>
      logOf([{ ...finding, ...change }]).runs[0]?.results[0]?.partialFingerprints;
    expect(printOf({ line: 5 })).toEqual(printOf({ line: 7 }));
    expect(printOf({ path: '/etc/hosts' })).not.toEqual(printOf({}));
  });

  it('marks what is a matter of security', () => {
    const rules = logOf([]).runs[0]?.tool.driver.rules ?? [];
    const tags = Object.fromEntries(rules.map(({ id, properties: { tags } }) => [id, tags]));
    expect([tags['ssh-host-keys'], tags['cmdline-root']]).toEqual([['security'], ['correctness']]);
  });
});

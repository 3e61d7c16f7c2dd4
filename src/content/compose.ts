import { isMap, isScalar, LineCounter, parseDocument, stringify, type YAMLMap } from 'yaml';
import { type PlatformName, platforms } from '../model/container-platform.ts';
import { loadedName, parseReference, type Reference } from '../model/container-reference.ts';
import { PiImageError, type Problem } from '../model/errors.ts';

/** A compose file, read only as far as the images of its services. Its text stays as it is. */
export interface ComposeProject {
  readonly text: string;
  /** What it calls itself. */
  readonly name?: string;
  /** Of the file format, which Compose before 1.27 wants to be told. */
  readonly version?: string;
  readonly services: readonly ComposeService[];
  /** Files beside it that it names (`./nginx.conf`, `.env`), which the image has to hold too. */
  readonly hostPaths: readonly string[];
}

export interface ComposeService {
  readonly name: string;
  readonly image: Reference;
  readonly platform?: PlatformName;
}

const largestFile = 1024 * 1024;
const mostServices = 100;

/**
 * Reads a compose file (https://github.com/compose-spec/compose-spec) and says everything at once that would need more
 * than its images on the Pi: something to build, other compose files, variables that have no value there.
 */
export function parseCompose(file: string, text: string): ComposeProject {
  if (text.length > largestFile) throw invalid(file, [{ message: 'it is longer than 1 MiB' }]);
  const counter = new LineCounter();
  const document = parseDocument(text, { merge: true, lineCounter: counter });
  const [syntax] = document.errors;
  if (syntax) throw invalid(file, [{ message: syntax.message.split('\n')[0] ?? '' }]);
  const problems: Problem[] = [];
  const complain = (message: string, offset: number | undefined, help?: string): void => {
    problems.push({
      message,
      ...(help !== undefined && { help }),
      ...(offset !== undefined && { at: placeOf(file, text, counter, offset) }),
    });
  };
  const project = toPlain(file, document);
  const nodes = document.get('services');
  const services = record(project['services']);
  if (project['include'] !== undefined) {
    complain(
      '`include` needs other files',
      offsetOf(document.contents, 'include'),
      'put all services into one file: `docker compose config` writes it',
    );
  }
  const names = Object.keys(services);
  if (names.length === 0) complain('it has no services', undefined);
  if (names.length > mostServices) complain(`it has more than ${mostServices} services`, undefined);
  const found = names.slice(0, mostServices).flatMap((name): ComposeService[] => {
    const service = record(services[name]);
    const node = isMap(nodes) ? nodes.get(name) : undefined;
    const at = (key: string): number | undefined => offsetOf(node, key) ?? offsetOf(nodes, name);
    if (service['build'] !== undefined) {
      complain(
        `the service ${name} has to be built, which no Pi should do at its first boot`,
        at('build'),
        'build it for the Pi, push it to a registry, and leave `image:` alone',
      );
      return [];
    }
    if (service['extends'] !== undefined) {
      complain(`the service ${name} extends another`, at('extends'), '`docker compose config` writes it out');
      return [];
    }
    const image = service['image'];
    if (typeof image !== 'string') {
      complain(`the service ${name} has no image`, at('image'));
      return [];
    }
    if (service['pull_policy'] === 'always') {
      complain(
        `the service ${name} wants its image to be pulled at every start, which needs a network`,
        at('pull_policy'),
        'leave `pull_policy` out',
      );
    }
    const platform = platformIn(service['platform']);
    if (service['platform'] !== undefined && platform === undefined) {
      complain(
        `the service ${name} is for a platform that no Raspberry Pi is`,
        at('platform'),
        `leave \`platform\` out, or write ${Object.keys(platforms).join(', ')}`,
      );
    }
    try {
      return [{ name, image: parseReference(withDefaults(image)), ...(platform && { platform }) }];
    } catch (error) {
      if (!PiImageError.is(error)) throw error;
      complain(`the service ${name}: ${error.message}`, at('image'), error.help);
      return [];
    }
  });
  if (problems.length > 0) throw invalid(file, problems);
  const { name, version } = project;
  return {
    text,
    services: found,
    hostPaths: hostPathsIn(project),
    ...(typeof name === 'string' && { name }),
    ...((typeof version === 'string' || typeof version === 'number') && { version: String(version) }),
  };
}

function platformIn(value: unknown): PlatformName | undefined {
  const plain = typeof value === 'string' ? value.replace(/^linux\/arm64\/v8$/, 'linux/arm64') : '';
  return Object.hasOwn(platforms, plain) ? (plain as PlatformName) : undefined;
}

/**
 * Docker keeps no digest of an image that it loaded from a file, so services that name one must be told the tag it was
 * loaded by. A second compose file for `docker compose -f FILE -f THIS up`; undefined when none needs it.
 */
export function composeOverride({ services }: ComposeProject): string | undefined {
  const pinned = services.filter(({ image }) => image.digest !== undefined);
  if (pinned.length === 0) return undefined;
  return stringify({
    services: Object.fromEntries(pinned.map(({ name, image }) => [name, { image: loadedName(image) }])),
  });
}

/** Values of variables that compose would take when the Pi sets none; `$$` is a dollar. */
function withDefaults(text: string): string {
  return text.replace(
    /\$(?:\$|\{(\w+)(?::?-([^{}$]*))?\}|(\w+))/g,
    (whole, name: string | undefined, value: string | undefined) => {
      if (whole === '$$') return '$';
      if (value !== undefined) return value;
      throw new PiImageError(
        'spec.invalid',
        `the variable ${name ?? whole.slice(1)} has no value at build time`,
        {
          help: `write the value, or a default: \${${name ?? whole.slice(1)}:-value}`,
        },
      );
    },
  );
}

/** Relative paths of bind mounts, env files, secrets and configs. */
function hostPathsIn(project: Readonly<Record<string, unknown>>): string[] {
  const services = Object.values(record(project['services'])).map(record);
  const mounts = services
    .flatMap(({ volumes }) => list(volumes))
    .map((one) =>
      typeof one === 'string'
        ? one.split(':')[0]
        : record(one)['type'] === 'bind'
          ? record(one)['source']
          : undefined,
    );
  const envFiles = services
    .flatMap(({ env_file }) => (Array.isArray(env_file) ? env_file : [env_file]))
    .map((one) => (typeof one === 'string' ? `./${one.replace(/^\.\//, '')}` : record(one)['path']));
  const files = ['configs', 'secrets'].flatMap((key) =>
    Object.values(record(project[key])).map((one) => record(one)['file']),
  );
  const paths = [...mounts, ...envFiles, ...files].filter((one): one is string => typeof one === 'string');
  return [...new Set(paths.filter((one) => /^\.{1,2}(\/|$)/.test(one)))];
}

function toPlain(file: string, document: ReturnType<typeof parseDocument>): Record<string, unknown> {
  try {
    return record(document.toJS({ maxAliasCount: 100 }));
  } catch (error) {
    throw invalid(file, [{ message: error instanceof Error ? error.message : String(error) }]);
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function offsetOf(node: unknown, key: string): number | undefined {
  if (!isMap(node)) return undefined;
  const pair = (node as YAMLMap).items.find((one) => isScalar(one.key) && one.key.value === key);
  return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
}

function placeOf(
  file: string,
  text: string,
  counter: LineCounter,
  offset: number,
): NonNullable<Problem['at']> {
  const { line, col } = counter.linePos(offset);
  const source = text.split('\n')[line - 1]?.replace(/\r$/, '') ?? '';
  const length = /^[\w.-]+/.exec(source.slice(col - 1))?.[0].length ?? 1;
  return { file, line, column: col, length, source };
}

function invalid(file: string, problems: readonly Problem[]): PiImageError {
  const few = problems.length === 1 ? 'a fault' : `${problems.length} faults`;
  return new PiImageError('spec.invalid', `the compose file ${file} has ${few}`, { problems });
}

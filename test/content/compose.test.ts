import { describe, expect, it } from 'vitest';
import { composeOverride, parseCompose } from '../../src/content/compose.ts';
import { loadedName, parseReference } from '../../src/model/container-reference.ts';
import { PiImageError } from '../../src/model/errors.ts';

const digest = `sha256:${'ab'.repeat(32)}`;

function problemsOf(text: string): PiImageError['problems'] {
  try {
    parseCompose('compose.yaml', text);
  } catch (error) {
    if (PiImageError.is(error)) return error.problems;
    throw error;
  }
  return [];
}

describe('parseCompose', () => {
  it('lists images and keeps the text', () => {
    const text = `# home
x-common: &common
  restart: unless-stopped
services:
  web:
    <<: *common
    image: nginx:1.27
    ports: ["80:80"]
  cache: { image: "redis:\${REDIS:-7}-alpine" }
  app: { image: ghcr.io/me/app }
`;
    const project = parseCompose('compose.yaml', text);
    expect(project.text).toBe(text);
    expect(project.services.map(({ name, image }) => `${name} ${loadedName(image)}`)).toEqual([
      'web nginx:1.27',
      'cache redis:7-alpine',
      'app ghcr.io/me/app:latest',
    ]);
    expect(composeOverride(project)).toBeUndefined();
  });

  it('merges what is anchored', () => {
    const text = 'x-base: &base\n  image: redis\nservices:\n  a:\n    <<: *base\n  b: *base\n';
    expect(parseCompose('f', text).services.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('names the files that have to come along', () => {
    const text = `services:
  a:
    image: x
    env_file: .env
    volumes: ["./conf:/etc/x:ro", "/srv:/srv", "named:/data", "~/x:/x", { type: bind, source: ../up, target: /up }, "./conf:/y"]
  b: { image: y, env_file: [a.env, { path: ./b.env }] }
secrets: { s: { file: ./secret }, t: { environment: T } }
`;
    expect(parseCompose('f', text).hostPaths).toEqual([
      './conf',
      '../up',
      './.env',
      './a.env',
      './b.env',
      './secret',
    ]);
  });

  it('says all that is wrong at once, and where', () => {
    const problems = problemsOf(
      'include: [other.yaml]\nservices:\n  a:\n    image: x\n    build: .\n  b: {}\n  c: { image: Nope }\n  d: { image: "x:$TAG" }\n  e: { image: x, pull_policy: always }\n  f: { extends: a }\n',
    );
    expect(problems.map(({ message, at }) => `${at?.line}:${at?.column} ${message}`)).toEqual([
      '1:1 `include` needs other files',
      '5:5 the service a has to be built, which no Pi should do at its first boot',
      '6:3 the service b has no image',
      '7:8 the service c: "Nope" is no name of a container image',
      '8:8 the service d: the variable TAG has no value at build time',
      '9:18 the service e wants its image to be pulled at every start, which needs a network',
      '10:8 the service f extends another',
    ]);
    expect(problems[1]?.at).toMatchObject({ file: 'compose.yaml', length: 5, source: '    build: .' });
  });

  it.each([
    ['no YAML', 'services: ['],
    ['nothing', ''],
    ['a list', '- a'],
    ['no services', 'services: {}'],
    ['services that are none', 'services: [a]'],
    [
      'many services',
      `services:\n${Array.from({ length: 101 }, (_, index) => `  s${index}: { image: x }`).join('\n')}`,
    ],
    [
      'aliases without end',
      `a: &a [x]\n${'bcdefghijklmn'
        .split('')
        .map((name, index) => `${name}: &${name} [${`*${'abcdefghijklm'[index]},`.repeat(9)}]`)
        .join('\n')}\nservices: { a: { image: x } }`,
    ],
    ['a megabyte', `services: { a: { image: x } }\n#${'x'.repeat(2 ** 20)}`],
    ['a tag that is code', 'services: !!js/function "x"'],
  ])('refuses %s', (_what, text) => {
    expect(problemsOf(text).length).toBeGreaterThan(0);
  });
});

describe('composeOverride', () => {
  it('tells the tags of images that are named by digest', () => {
    const project = parseCompose(
      'f',
      `services:\n  a: { image: "nginx@${digest}" }\n  b: { image: "redis:7@${digest}" }\n  c: { image: x }\n`,
    );
    const override = parseCompose('g', composeOverride(project) ?? '');
    expect(override.services).toEqual([
      { name: 'a', image: parseReference('nginx:sha256-abababababababab') },
      { name: 'b', image: parseReference('redis:7') },
    ]);
  });
});

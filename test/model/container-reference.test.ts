import { describe, expect, it } from 'vitest';
import { distance, type Platform, platformText } from '../../src/model/container-platform.ts';
import { fullName, loadedName, parseReference, referenceText } from '../../src/model/container-reference.ts';

const digest = `sha256:${'ab'.repeat(32)}`;

describe('parseReference', () => {
  it.each([
    ['nginx', 'docker.io', 'library/nginx', 'latest', 'nginx:latest'],
    ['nginx:1.27-alpine', 'docker.io', 'library/nginx', '1.27-alpine', 'nginx:1.27-alpine'],
    ['docker.io/nginx', 'docker.io', 'library/nginx', 'latest', 'nginx:latest'],
    ['index.docker.io/library/nginx', 'docker.io', 'library/nginx', 'latest', 'nginx:latest'],
    ['home/assistant', 'docker.io', 'home/assistant', 'latest', 'home/assistant:latest'],
    ['ghcr.io/a/b/c:v1', 'ghcr.io', 'a/b/c', 'v1', 'ghcr.io/a/b/c:v1'],
    ['localhost/x', 'localhost', 'x', 'latest', 'localhost/x:latest'],
    ['localhost:5000/x', 'localhost:5000', 'x', 'latest', 'localhost:5000/x:latest'],
    ['127.0.0.1:5000/x:y', '127.0.0.1:5000', 'x', 'y', '127.0.0.1:5000/x:y'],
    ['[::1]:5000/x', '[::1]:5000', 'x', 'latest', '[::1]:5000/x:latest'],
    ['MyHost/x', 'MyHost', 'x', 'latest', 'MyHost/x:latest'],
    ['a__b/c-d.e', 'docker.io', 'a__b/c-d.e', 'latest', 'a__b/c-d.e:latest'],
  ])('%s', (text, registry, repository, tag, name) => {
    const reference = parseReference(text);
    expect(reference).toEqual({ registry, repository, tag });
    expect(loadedName(reference)).toBe(name);
    expect(fullName(reference)).toBe(`${registry}/${repository}:${tag}`);
    expect(parseReference(referenceText(reference))).toEqual(reference);
  });

  it('reads digests, and names what is loaded by them', () => {
    const reference = parseReference(`nginx@${digest}`);
    expect(reference).toEqual({ registry: 'docker.io', repository: 'library/nginx', digest });
    expect(loadedName(reference)).toBe('nginx:sha256-abababababababab');
    expect(referenceText(reference)).toBe(`nginx@${digest}`);
    const both = parseReference(`ghcr.io/a/b:1@${digest}`);
    expect(both).toMatchObject({ tag: '1', digest });
    expect(referenceText(both)).toBe(`ghcr.io/a/b:1@${digest}`);
    expect(loadedName(both)).toBe('ghcr.io/a/b:1');
  });

  it.each([
    '',
    'Nginx',
    'nginx:',
    'nginx:-x',
    'nginx@sha256:12',
    'a//b',
    '/a',
    'a/',
    '../a',
    'a/../b',
    'http://a/b',
    'a b',
    'a\nb',
    'ghcr.io/',
    'ghcr.io/A',
    'a:b:c',
    `${'a'.repeat(300)}`,
    '-a',
    'a--',
    'host:99999999/a',
    'x.y?z/a',
    'user@host/a',
  ])('refuses %j', (text) => {
    expect(() => parseReference(text)).toThrow(/is no name of a container image/);
  });
});

describe('distance', () => {
  const platform = (text: string): Platform => {
    const [os = '', architecture = '', variant] = text.split('/');
    return { os, architecture, variant };
  };
  it.each([
    ['linux/arm/v7', 'linux/arm/v7', 0],
    ['linux/arm/v7', 'linux/arm', 0],
    ['linux/arm/v7', 'linux/arm/v6', 1],
    ['linux/arm/v7', 'linux/arm/v5', 2],
    ['linux/arm/v6', 'linux/arm/v6', 0],
    ['linux/arm/v6', 'linux/arm/v7', undefined],
    ['linux/arm/v6', 'linux/arm', undefined],
    ['linux/arm64', 'linux/arm64/v8', 0],
    ['linux/arm64', 'linux/arm/v7', undefined],
    ['linux/arm/v7', 'linux/arm/vx', undefined],
    ['linux/arm/v7', 'windows/arm/v7', undefined],
    ['linux/amd64', 'linux/amd64', 0],
  ])('a board of %s runs %s: %s', (wanted, has, expected) => {
    expect(distance(platform(wanted), platform(has))).toBe(expected);
    expect(platformText(platform(wanted))).toBe(wanted);
  });
});

import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/model/secret.ts';

const canary = 'correct horse';

describe('Secret', () => {
  it('shows itself nowhere', () => {
    const secret = Secret.of(canary);
    const shown = [
      `${secret}`,
      String(secret),
      JSON.stringify({ secret }),
      inspect({ secret }, { depth: 9 }),
      Object.values(secret).map(String).join(),
    ];
    expect(shown.join('\n')).not.toContain(canary);
    expect(JSON.stringify(secret.source)).not.toContain(canary);
  });

  it('is revealed on request, once it is filled', () => {
    const secret = new Secret({ env: 'NAME' });
    expect(secret.filled).toBe(false);
    expect(() => secret.reveal()).toThrow('before it was read');
    secret.fill(canary);
    expect(secret.reveal()).toBe(canary);
  });
});

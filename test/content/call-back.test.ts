import { describe, expect, it } from 'vitest';
import { callBackAddress } from '../../src/content/call-back.ts';
import { Secret } from '../../src/model/secret.ts';

describe('callBackAddress', () => {
  it.each([
    [' http://example.org ', 'http://example.org/'],
    ['https://me:a"b@example.org:8443/x y?z="1"#part', 'https://me:a%22b@example.org:8443/x%20y?z=%221%22'],
    ['https://example.org/a\n"url', 'https://example.org/a%22url'],
  ])('writes %j in the one spelling that needs no quotes', (text, expected) => {
    expect(callBackAddress(Secret.of(text))).toBe(expected);
  });

  it.each(['example.org', 'ftp://s3cret.example.org', 'file:///etc/s3cret', 'https://', 's3cret'])(
    'refuses %j without showing it',
    (text) => {
      const attempt = () => callBackAddress(Secret.of(text));
      expect(attempt).toThrow(
        expect.objectContaining({
          code: 'spec.invalid',
          message: expect.not.stringContaining(text),
        }),
      );
    },
  );
});

import { z } from 'zod';
import { manifestSchema } from '../../src/release/manifest.ts';

/** The schema of manifest.json of a release. Readers put up with fields that they do not know. */
export function manifestJsonSchema(): string {
  const schema = z.toJSONSchema(manifestSchema, { io: 'input' });
  const titled = { title: 'manifest.json', description: 'What a release of pi-image was made of', ...schema };
  return `${JSON.stringify(titled, null, 2)}\n`;
}

import { builtInCustomizations } from '../../src/customizations/index.ts';
import { settingsSchema } from '../../src/spec/literal-secrets.ts';

/** The schema of pi-image.yaml for editors: what a user may write, before defaults and transformations. */
export function jsonSchema(): string {
  const schema = settingsSchema(builtInCustomizations);
  const titled = { title: 'pi-image.yaml', description: 'What to build with pi-image', ...schema };
  return `${JSON.stringify(titled, null, 2)}\n`;
}

import { bytesSource } from '../../src/model/content.ts';
import { parseParagraphs } from '../../src/packages/control.ts';
import { readInstalled } from '../../src/packages/installed.ts';
import { type Candidate, packageFields, packageOf } from '../../src/packages/package.ts';
import { makeUniverse, type Universe } from '../../src/packages/universe.ts';
import { controlText, installedStanza, offeredStanza, type Stanza } from '../fixtures/apt-judge.ts';

/** A universe of hand-written packages: what is installed, and what one archive offers. */
export async function universeOf(
  installed: readonly Stanza[],
  offered: readonly (Stanza & { readonly preference?: string })[],
  native = 'armhf',
): Promise<Universe> {
  const status = controlText(installed.map((one) => installedStanza(one)));
  const candidates = offered.map((stanza): Candidate => {
    const { preference, ...fields } = stanza;
    const [paragraph] = parseParagraphs('test', controlText([offeredStanza(fields)]), packageFields);
    return {
      ...packageOf(paragraph ?? new Map(), 'test'),
      url: 'http://127.0.0.1/x.deb',
      sha256: '0'.repeat(64),
      size: 1000,
      preference: Number(preference ?? 500),
      importance: 3,
    };
  });
  return makeUniverse(native, await readInstalled(bytesSource(Buffer.from(status))), candidates);
}

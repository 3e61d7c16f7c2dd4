import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

const kept = z.object({ question: z.string(), answer: z.unknown() });

/** What was answered to this question when there was a network, or undefined. It lies beside the files of a store. */
export async function recallAnswer(directory: string, question: string): Promise<unknown> {
  try {
    const found = kept.parse(JSON.parse(await readFile(fileOf(directory, question), 'utf8')));
    return found.question === question ? found.answer : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps an answer for runs without a network. Only their time is lost when it cannot be kept. */
export async function keepAnswer(directory: string, question: string, answer: unknown): Promise<void> {
  const file = fileOf(directory, question);
  const draft = path.join(directory, `${path.basename(file, '.json')}.${randomUUID()}.partial`);
  try {
    await mkdir(directory, { recursive: true });
    await writeFile(draft, JSON.stringify({ question, answer }));
    await rename(draft, file);
  } catch {
    // The files themselves will say what is wrong with the place.
  }
}

function fileOf(directory: string, question: string): string {
  return path.join(directory, `${createHash('sha256').update(question).digest('hex')}.json`);
}

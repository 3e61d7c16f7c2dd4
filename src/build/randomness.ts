import { createHmac, randomBytes } from 'node:crypto';
import type { Context } from '../customizations/customization.ts';

/** Bytes for salts and ids: of the seed and the purpose when there is a seed, else random. */
export function randomFrom(seed: string | undefined): Context['random'] {
  if (seed === undefined) return (_purpose, bytes) => randomBytes(bytes);
  return (purpose, bytes) => {
    const pieces: Buffer[] = [];
    for (let counter = 0; counter * 32 < bytes; counter++) {
      pieces.push(createHmac('sha256', seed).update(`${purpose}\0${counter}`).digest());
    }
    return Buffer.concat(pieces).subarray(0, bytes);
  };
}

import { PiImageError } from '../../model/errors.ts';

/** Faults beyond this number say nothing new. */
const most = 1000;

/** What a checker has found wrong, in the order of finding; one sentence each. */
export class Findings {
  readonly messages: string[] = [];

  add(message: string): void {
    if (this.messages.length < most) this.messages.push(message);
  }

  /** Runs a part of the check; damage that it throws becomes a finding, and the check goes on behind it. */
  guard<T>(part: () => T): T | undefined {
    try {
      return part();
    } catch (error) {
      if (!PiImageError.is(error)) throw error;
      this.add(error.message);
      return undefined;
    }
  }
}

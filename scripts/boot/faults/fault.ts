import type { Guest } from '../guest.ts';
import type { Limits } from '../until.ts';
import type { Mirror } from './mirror.ts';

/** What a fault can be done to: a Pi that is about to begin its first boot, its network, and the archive it is to use. */
export interface World {
  readonly guest: Guest;
  readonly mirror: Mirror;
  /** Plugs the cable of the Pi's network in, or out. */
  readonly plug: (into: boolean) => Promise<void>;
  readonly limits: Limits;
}

export interface Fault {
  readonly name: string;
  /** For the table: what is done. */
  readonly injected: string;
  inject(world: World): Promise<unknown>;
  /**
   * What status.json has to say as long as the fault lasts. Without it, the first boot has to come to its end although
   * the fault lasts, or goes away by itself.
   */
  readonly tells?: RegExp;
  /** Makes the fault undone, once it was told. */
  relieve?(world: World): Promise<unknown>;
}

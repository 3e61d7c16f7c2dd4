import { accessInnocents, accessSeeds } from './access.ts';
import { bootInnocents, bootSeeds } from './boot.ts';
import { leakInnocents, leakSeeds } from './leaks.ts';
import { networkInnocents, networkSeeds } from './network.ts';
import { systemInnocents, systemSeeds } from './system.ts';

export const seeds = [...bootSeeds, ...networkSeeds, ...accessSeeds, ...systemSeeds, ...leakSeeds];

export const innocents = [
  ...bootInnocents,
  ...networkInnocents,
  ...accessInnocents,
  ...systemInnocents,
  ...leakInnocents,
];

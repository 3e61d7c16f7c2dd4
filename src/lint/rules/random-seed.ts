import { remove } from '../../model/edit.ts';
import { isFilled } from '../files.ts';
import type { Rule } from '../rule.ts';

const seeds = ['/var/lib/systemd/random-seed', '/var/lib/urandom/random-seed', '/var/lib/misc/random-seed'];

export const randomSeed: Rule = {
  id: 'random-seed',
  level: 'warning',
  leak: true,
  summary: 'a saved random seed',
  why: 'All Pis made from the image start from it, and a Pi that has little else makes keys that can be guessed.',
  fix: 'delete the file; it is made again at each shutdown',
  check: ({ tree }) =>
    seeds
      .filter((path) => isFilled(tree, path))
      .map((path) => ({ path, message: 'the random seed of another machine is in the image' })),
  mend: ({ tree }) => seeds.filter((path) => isFilled(tree, path)).map(remove),
};

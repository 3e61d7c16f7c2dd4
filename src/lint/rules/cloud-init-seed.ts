import { activeLines, boundedText, isPresent } from '../files.ts';
import type { Rule } from '../rule.ts';

/** The first lines that cloud-init knows user-data by. */
const header =
  /^(?:#cloud-config|#!|#include|#cloud-boothook|#part-handler|## template:|Content-Type:|MIME-Version:)/i;

export const cloudInitSeed: Rule = {
  id: 'cloud-init-seed',
  level: 'error',
  summary: 'cloud-init settings that cloud-init does not take',
  why: 'Without meta-data beside it user-data is no seed, and without "#cloud-config" as its first line it is only text.',
  fix: 'have user-data, starting with "#cloud-config", and meta-data on the boot partition',
  check({ tree, os }) {
    const path = `${os.bootDir}/user-data`;
    if (os.packages['cloud-init'] === undefined || activeLines(tree, path).length === 0) return [];
    return [
      ...(isPresent(tree, `${os.bootDir}/meta-data`)
        ? []
        : [{ path, message: 'it is not taken, because there is no meta-data beside it' }]),
      ...(header.test(boundedText(tree, path) ?? '')
        ? []
        : [{ path, line: 1, message: 'the first line is not "#cloud-config"' }]),
    ];
  },
};

/** Bytes in one copy-on-write page of the overlay: the block size of every ext4 and most FAT volumes we meet. */
export const pageSize = 4096;

/** Joins ascending page numbers to runs of neighbours. */
export function* runsOf(
  pages: Iterable<number>,
): Generator<{ readonly first: number; readonly count: number }> {
  let first = 0;
  let count = 0;
  for (const page of pages) {
    if (count > 0 && page === first + count) {
      count++;
      continue;
    }
    if (count > 0) yield { first, count };
    first = page;
    count = 1;
  }
  if (count > 0) yield { first, count };
}

/** Lines that both texts have in the same order. */
export interface MatchingRun {
  readonly old: number;
  readonly now: number;
  readonly length: number;
}

/** Texts further apart than so many lines are shown as one large change: the search grows with the square of it. */
const furthest = 2000;
const unreachable = -2;

/**
 * The fewest insertions and deletions that turn one list of lines into the other, as the runs that stay.
 * E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1 (1986), the greedy one.
 */
export function matchingRuns(old: readonly string[], now: readonly string[]): readonly MatchingRun[] {
  const start = commonStart(old, now);
  const end = commonEnd(old, now, start);
  const inner = middle(numbered(old.slice(start, old.length - end), now.slice(start, now.length - end))).map(
    (run) => ({ ...run, old: run.old + start, now: run.now + start }),
  );
  return [
    { old: 0, now: 0, length: start },
    ...inner,
    { old: old.length - end, now: now.length - end, length: end },
  ].filter(({ length }) => length > 0);
}

function commonStart(old: readonly string[], now: readonly string[]): number {
  const most = Math.min(old.length, now.length);
  let length = 0;
  while (length < most && old[length] === now[length]) length++;
  return length;
}

function commonEnd(old: readonly string[], now: readonly string[], start: number): number {
  const most = Math.min(old.length, now.length) - start;
  let length = 0;
  while (length < most && old.at(-1 - length) === now.at(-1 - length)) length++;
  return length;
}

/** Equal lines get equal numbers, which compare faster. */
function numbered(old: readonly string[], now: readonly string[]): readonly [Int32Array, Int32Array] {
  const numbers = new Map<string, number>();
  const numberOf = (line: string): number => {
    const number = numbers.get(line) ?? numbers.size;
    numbers.set(line, number);
    return number;
  };
  return [Int32Array.from(old, numberOf), Int32Array.from(now, numberOf)];
}

/** How far along the old text each diagonal `k = old - now` got, for k from -reach to reach. */
class Frontier {
  readonly #reach: number;
  readonly #at: Int32Array;

  constructor(reach: number, at = new Int32Array(2 * reach + 3).fill(unreachable)) {
    this.#reach = reach;
    this.#at = at;
  }

  get(k: number): number {
    return this.#at[k + this.#reach + 1] ?? unreachable;
  }

  set(k: number, old: number): void {
    this.#at[k + this.#reach + 1] = old;
  }

  /** Only diagonals -d to d have been reached yet. */
  copy(d: number): Frontier {
    return new Frontier(d, this.#at.slice(this.#reach - d, this.#reach + d + 3));
  }
}

function middle([old, now]: readonly [Int32Array, Int32Array]): readonly MatchingRun[] {
  if (old.length === 0 || now.length === 0) return [];
  const most = Math.min(old.length + now.length, furthest);
  const frontier = new Frontier(most);
  frontier.set(1, 0);
  const history: Frontier[] = [];
  for (let d = 0; d <= most; d++) {
    history.push(frontier.copy(d));
    for (let k = -d; k <= d; k += 2) {
      let at = step(frontier, k, old.length, now.length).at;
      if (at >= 0) while (at < old.length && at - k < now.length && old[at] === now[at - k]) at++;
      frontier.set(k, at);
      if (at === old.length && at - k === now.length) return trace(history, old.length, now.length);
    }
  }
  return [];
}

/** The better of an insertion (from diagonal k + 1) and a deletion (from k - 1), as long as it stays inside both texts. */
function step(frontier: Frontier, k: number, oldLength: number, nowLength: number) {
  const inserted = frontier.get(k + 1);
  const deleted = frontier.get(k - 1) + 1;
  const canInsert = inserted >= 0 && inserted - k <= nowLength;
  const canDelete = deleted > 0 && deleted <= oldLength;
  if (canDelete && (!canInsert || deleted > inserted)) return { at: deleted, from: k - 1 };
  return { at: canInsert ? inserted : unreachable, from: k + 1 };
}

/** Walks back from the ends of both texts to their starts. */
function trace(history: readonly Frontier[], oldLength: number, nowLength: number): readonly MatchingRun[] {
  const runs: MatchingRun[] = [];
  let [old, now] = [oldLength, nowLength];
  for (let d = history.length - 1; d >= 0; d--) {
    const k = old - now;
    const { at, from } = step(history[d]!, k, oldLength, nowLength);
    if (old > at) runs.push({ old: at, now: at - k, length: old - at });
    old = from < k ? at - 1 : at;
    now = old - from;
  }
  return runs.reverse();
}

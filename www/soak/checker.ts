/**
 * Says what is wrong with what a reader saw of one call. Knows no pool and no browser: it is given what each item should have
 * become, what was seen, and how the call ended. Pure.
 */

/** What an item should become. */
export interface Expected {
  id: unknown;
  /** Of the image, or `!` and the code that it must be rejected with. */
  outcome: string;
  /** Other codes that are right too, as things went in this round. */
  codes: readonly string[];
}

/** One outcome as its reader saw it. */
export interface Seen {
  id: unknown;
  index: number;
  outcome: string;
}

/**
 * `all`: nothing more came. `left`: the reader went away. `aborted`, `closed`, `threw`: rejected with the signal's reason, with
 * code `closed`, with what the batch itself threw.
 */
export type End = "all" | "left" | "aborted" | "closed" | "threw";

/** Items that a pool may have read of an endless batch beyond what was taken. */
const MOST_AHEAD = 300;

export interface ProgressSeen {
  done: number;
  failed: number;
  total: number | undefined;
}

export interface CallRecord {
  ordered: boolean;
  /** Whether the caller sees outcomes before the call has ended. */
  streams: boolean;
  /** One for each item that the call has read. */
  expected: readonly Expected[];
  seen: readonly Seen[];
  /** Anything else than an {@link End} is what was thrown, in words. */
  end: string;
  mayEnd: readonly End[];
  progress: readonly ProgressSeen[];
  /** The length of the batch where the pool can know it. */
  total: number | undefined;
}

export type ViolationKind =
  | "lost"
  | "doubled"
  | "out of order"
  | "wrong"
  | "end"
  | "progress"
  | "read ahead"
  | "left behind"
  | "uncaught"
  | "hang";

export interface Violation {
  kind: ViolationKind;
  text: string;
}

export function checkCall(record: CallRecord): Violation[] {
  return [
    ...checkEnd(record),
    ...checkPresence(record),
    ...checkOrder(record),
    ...checkOutcomes(record),
    ...checkProgress(record),
  ];
}

function checkEnd({ end, mayEnd }: CallRecord): Violation[] {
  if ((mayEnd as readonly string[]).includes(end)) return [];
  return [{ kind: "end", text: `ended as "${end}", where only ${mayEnd.join(" or ")} is right` }];
}

/** Whether every outcome must have been seen: a batch that throws is told after the outcomes before it. */
function isComplete({ end, streams }: CallRecord): boolean {
  return end === "all" || (end === "threw" && streams);
}

function checkPresence(record: CallRecord): Violation[] {
  const times = new Map<number, number>();
  for (const { index } of record.seen) times.set(index, (times.get(index) ?? 0) + 1);
  const violations: Violation[] = [];
  for (const [index, count] of times) {
    if (count > 1) violations.push({ kind: "doubled", text: `item ${index} came ${count} times` });
    if (!(index in record.expected)) violations.push({ kind: "wrong", text: `item ${index} was never given` });
  }
  if (record.total === undefined && record.expected.length > record.seen.length + MOST_AHEAD) {
    violations.push({ kind: "read ahead", text: `${record.expected.length} read, ${record.seen.length} taken` });
  }
  if (isComplete(record)) {
    for (const index of record.expected.keys()) {
      if (!times.has(index)) violations.push({ kind: "lost", text: `item ${index} never came` });
    }
  }
  return violations;
}

function checkOrder({ ordered, seen }: CallRecord): Violation[] {
  if (!ordered) return [];
  return seen.flatMap(({ index }, place): Violation[] =>
    index === place ? [] : [{ kind: "out of order", text: `item ${index} came at place ${place}` }],
  );
}

function checkOutcomes({ seen, expected }: CallRecord): Violation[] {
  return seen.flatMap(({ id, index, outcome }): Violation[] => {
    const wanted = expected[index];
    if (!wanted) return [];
    const violations: Violation[] = [];
    if (!Object.is(id, wanted.id)) violations.push({ kind: "wrong", text: `item ${index} has another id` });
    const isRight = outcome === wanted.outcome || wanted.codes.some((code) => outcome === `!${code}`);
    if (!isRight) violations.push({ kind: "wrong", text: `item ${index} is ${outcome}, not ${wanted.outcome}` });
    return violations;
  });
}

function checkProgress(record: CallRecord): Violation[] {
  const { progress, seen, end, total } = record;
  const violations: Violation[] = [];
  const wrong = (text: string) => violations.push({ kind: "progress", text });
  let failedBefore = 0;
  for (const [at, { done, failed, total: told }] of progress.entries()) {
    if (done !== at + 1) wrong(`told ${done} done at its call number ${at + 1}`);
    if (failed < failedBefore || failed > failedBefore + 1) wrong(`told ${failed} failed after ${failedBefore}`);
    if (told !== total) wrong(`told a total of ${told}, not ${total}`);
    failedBefore = failed;
  }
  if (progress.length < seen.length) wrong(`told ${progress.length} times for ${seen.length} outcomes`);
  if (end === "all" && isComplete(record)) {
    const failures = seen.filter(({ outcome }) => outcome.startsWith("!")).length;
    if (progress.length !== seen.length) wrong(`told ${progress.length} times for ${seen.length} outcomes`);
    if (failedBefore !== failures) wrong(`told ${failedBefore} failed, and there were ${failures}`);
  }
  return violations;
}

/** What a soak has seen, in numbers that add up. Pure. */
import type { CallRecord, Violation, ViolationKind } from "./checker.js";

export interface Tally {
  rounds: number;
  calls: number;
  /** Items that calls have read. */
  items: number;
  fulfilled: number;
  /** Rejected items by code. */
  rejected: Record<string, number>;
  /** Items that were read and that nobody saw: of calls that were cancelled, left or closed. */
  unseen: number;
  /** How calls ended. */
  ends: Record<string, number>;
  violations: Partial<Record<ViolationKind, number>>;
}

export function emptyTally(): Tally {
  return { rounds: 0, calls: 0, items: 0, fulfilled: 0, rejected: {}, unseen: 0, ends: {}, violations: {} };
}

export function countCall(tally: Tally, { expected, seen, end }: CallRecord): void {
  tally.calls += 1;
  tally.items += expected.length;
  tally.unseen += Math.max(0, expected.length - seen.length);
  tally.ends[end] = (tally.ends[end] ?? 0) + 1;
  for (const { outcome } of seen) {
    if (outcome.startsWith("!")) tally.rejected[outcome.slice(1)] = (tally.rejected[outcome.slice(1)] ?? 0) + 1;
    else tally.fulfilled += 1;
  }
}

export function countViolations(tally: Tally, violations: readonly Violation[]): void {
  for (const { kind } of violations) tally.violations[kind] = (tally.violations[kind] ?? 0) + 1;
}

export function addTally(sum: Tally, more: Tally): void {
  for (const name of ["rounds", "calls", "items", "fulfilled", "unseen"] as const) sum[name] += more[name];
  for (const name of ["rejected", "ends", "violations"] as const) {
    const counts: Record<string, number> = sum[name];
    for (const [key, count] of Object.entries(more[name])) counts[key] = (counts[key] ?? 0) + count;
  }
}

/** What tests/consumers/app.js tells, and what it must tell everywhere. */

export interface Outcome {
  isolated: boolean;
  milliseconds: number;
  /** What was said on the console meanwhile. */
  said: string[];
  error?: string;
  mode?: string;
  reason?: string;
  results?: unknown;
  hashes?: unknown;
  closed?: unknown;
}

/** The same for every consumer, browser, runtime and mode: nothing is written here for one of them. */
const expected = {
  results: [
    [1, [20, 40, 60]],
    [2, [120, 150, 180]],
    [3, [280, 320, 360]],
  ],
  hashes: { blurred: ["a8024751", "2726594b", "4d48cf29"], inverted: "03f9d395", jpeg: "ad7ae2e4", rare: "3fb009e4" },
  closed: "closed",
};

/** What development servers let their pages say of themselves. */
const OF_SERVERS = /^(log|info): \[(Fast Refresh|HMR|vite)\]/;

/** What is wrong with an outcome; nothing where all is as it must be. */
export function faultsOf(outcome: Outcome, wanted: { mode: string; isolated?: boolean }): string[] {
  if (outcome.error !== undefined) return [outcome.error];
  const faults: string[] = [];
  const compare = (name: string, is: unknown, wants: unknown) => {
    const [got, due] = [JSON.stringify(is), JSON.stringify(wants)];
    if (got !== due) faults.push(`${name} is ${got}, not ${due}`);
  };
  if (wanted.isolated !== undefined) compare("crossOriginIsolated", outcome.isolated, wanted.isolated);
  compare("mode", outcome.mode, wanted.mode);
  const { results, hashes, closed } = outcome;
  for (const [name, value] of Object.entries({ results, hashes, closed })) {
    compare(name, value, expected[name as keyof typeof expected]);
  }
  const said = outcome.said.filter((line) => !OF_SERVERS.test(line));
  if (said.length > 0) faults.push(`said on the console: ${said.join("; ")}`);
  return faults;
}

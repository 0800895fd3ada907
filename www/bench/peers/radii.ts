/** What a larger radius costs: filters whose time should not depend on it. */
import type { Page } from "playwright-core";
import { shown, smallest, table } from "../statistics.js";
import type { Peers } from "./page.js";
import type { Step } from "./work.js";

declare const peers: Peers;

/** A section of docs/peers.md that is measured by itself. */
export const RADII = { part: "radii", title: "Radius" } as const;

const RADII_MEASURED = [5, 20, 50] as const;
/** How many times the smallest radius's time the largest one may take. */
const MARK = 1.5;

const filters: readonly { name: string; of: (radius: number) => object }[] = [
  { name: "box blur", of: (radius) => ({ kind: "boxBlur", radius }) },
  { name: "median", of: (radius) => ({ kind: "median", radius }) },
  { name: "dilate, square", of: (radius) => ({ kind: "morphology", op: "dilate", shape: "square", radius }) },
  { name: "dilate, disk", of: (radius) => ({ kind: "morphology", op: "dilate", shape: "disk", radius }) },
];

export interface Radius {
  name: string;
  /** The least of all rounds, in milliseconds, one for each radius. */
  times: readonly number[];
}

/** All radii in turn, round by round: what else the machine does falls on each alike. */
export async function measureRadii(page: Page, rounds: number): Promise<Radius[]> {
  await page.evaluate(() => peers.prepare(0));
  const measured: Radius[] = [];
  for (const { name, of } of filters) {
    const times = RADII_MEASURED.map((): number[] => []);
    for (let round = 0; round <= rounds; round++) {
      for (const [index, radius] of RADII_MEASURED.entries()) {
        const time = await page.evaluate((step) => peers.alone([step]), of(radius) as Step);
        // The first round warms up.
        if (round > 0) times[index]?.push(time);
      }
    }
    measured.push({ name, times: times.map(smallest) });
    console.log(`   ${name}: ${times.map((of) => smallest(of).toFixed(0)).join(", ")} ms`);
  }
  return measured;
}

export function radiiSection(all: readonly Radius[], written: string, rounds: number): string {
  const rows = all.map(({ name, times }) => {
    const ratio = (times.at(-1) ?? NaN) / (times[0] ?? NaN);
    const text = shown(ratio, 2);
    return [name, ...times.map((time) => shown(time)), ratio <= MARK ? `**${text}**` : text, `at most ${MARK}`];
  });
  const head = ["filter", ...RADII_MEASURED.map((radius) => `radius ${radius}, ms`), "times the first", "mark"];
  return `${written} 8 of the photos, 2 threads, the least of ${rounds} rounds in which the radii take turns. To repeat it alone:
\`npm run bench:peers -- --only radii\`.

${table([head, ...rows])}`;
}

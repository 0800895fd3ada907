/** What was measured, as docs/peers.md with its picture, and as a short table in the README. */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { formerFindings, section } from "../parts.js";
import { shown, table } from "../statistics.js";
import { barChart } from "../svg.js";
import type { Distance } from "./check.js";
import { calls } from "./calls.js";
import { FILES } from "./files/report.js";
import { RADII } from "./radii.js";
import type { Line } from "./work.js";

/** `kept` and `given` are our own two columns; `native` is what does not run in a browser. */
export interface Contestant {
  name: string;
  way: string;
  kind: "kept" | "given" | "rival" | "native";
}

export interface Result extends Contestant {
  /** The median of the times, in milliseconds. */
  time: number;
  times: readonly number[];
  distance: Distance;
}

export interface Measured {
  line: Line;
  field: readonly Result[];
}

export interface Circumstances {
  machine: string;
  minutes: number;
  rounds: number;
  threads: number;
  versions: Readonly<Record<string, string>>;
}

const isOff = ({ limit }: Line, { distance }: Result) => distance.largest > limit.largest || distance.mean > limit.mean;

/** The fastest one in the browser that has done the same work. */
const fastest = ({ line, field }: Measured): Result | undefined =>
  field
    .filter((one) => one.kind === "rival" && !isOff(line, one))
    .reduce<Result | undefined>((best, one) => (best && best.time <= one.time ? best : one), undefined);

const ours = ({ field }: Measured, kind: "kept" | "given") => field.find((one) => one.kind === kind);

/** Whom the mark is against. */
const rivalOf = (measured: Measured): Result | undefined =>
  measured.line.against === undefined
    ? fastest(measured)
    : measured.field.find(({ name }) => name === measured.line.against);

function ratio(measured: Measured, kind: "kept" | "given", to = rivalOf(measured)): number {
  const own = ours(measured, kind);
  return own && to ? to.time / own.time : NaN;
}

const orDash = (value: number | undefined, digits = 0) =>
  value === undefined || Number.isNaN(value) ? "–" : shown(value, digits);

function shortTable(all: readonly Measured[]): string {
  const rows = all.map((measured) => {
    const rival = rivalOf(measured);
    const isMet = ratio(measured, "kept") >= measured.line.mark;
    return [
      measured.line.name,
      orDash(ours(measured, "kept")?.time),
      rival ? `${shown(rival.time)} (${rival.name})` : "–",
      `${isMet ? "**" : ""}${orDash(ratio(measured, "kept"), 2)}${isMet ? "**" : ""}`,
      measured.line.mark,
      orDash(ratio(measured, "given"), 2),
    ];
  });
  return table([
    [
      "16 photos of 1920 × 1080; to resize, 4 of 4000 × 3000",
      "pixelpool, ms",
      "the fastest other, ms",
      "times faster",
      "mark",
      "given away, recycled",
    ],
    ...rows,
  ]);
}

function everyone(all: readonly Measured[], cell: (line: Line, one: Result) => string, withOurs: boolean): string {
  const columns = all
    .flatMap(({ field }) => field)
    .filter(({ kind }) => withOurs || kind !== "given")
    .map(({ kind, name }) => (kind === "given" ? `${name}, given away` : name));
  const names = [...new Set(columns)];
  const rows = all.map(({ line, field }) => [
    line.name,
    ...names.map((name) => {
      const one = field.find((one) => (one.kind === "given" ? `${one.name}, given away` : one.name) === name);
      return one ? cell(line, one) : "–";
    }),
  ]);
  return table([["", ...names], ...rows]);
}

function waysOf(all: readonly Measured[], name: string): string {
  const ways = new Map<string, string[]>();
  for (const { line, field } of all) {
    for (const one of field) if (one.name === name) ways.set(one.way, [...(ways.get(one.way) ?? []), line.name]);
  }
  const entries = [...ways].map(([way, names]) => (ways.size === 1 ? way : `${way}: ${names.join("; ")}`));
  return entries.length === 0 ? "" : ` Fastest ${entries.join(". ")}.`;
}

export function writtenOn(machine: string): string {
  const day = new Date().toISOString().slice(0, 10);
  return `Written by \`npm run bench:peers\` on ${day}: ${machine}.`;
}

const reportOf = (root: string) => path.join(root, "docs/peers.md");

/** A section that is measured by itself; the rest stays as it is. */
export function writeSection(root: string, { part, title }: { part: string; title: string }, text: string): void {
  const report = readFileSync(reportOf(root), "utf8");
  const former = section(part, { title, text: formerFindings(report, part) });
  if (!report.includes(former)) throw new Error(`docs/peers.md has no place for the section ${title}`);
  writeFileSync(
    reportOf(root),
    report.replace(former, () => section(part, { title, text })),
  );
  console.log(`pixelpool: written: the section ${title} of docs/peers.md`);
}

export function write(root: string, all: readonly Measured[], { machine, ...about }: Circumstances): void {
  const written = writtenOn(machine);
  const chart = barChart({
    title: "Times faster than the fastest other one in a browser",
    x: "the other's time / pixelpool's time; 1 is a draw",
    series: ["inputs kept, fresh results", "inputs given away, results recycled", "what we want"],
    groups: all
      .filter((measured) => !Number.isNaN(ratio(measured, "kept")))
      .map((measured) => ({
        name: measured.line.name,
        values: [ratio(measured, "kept"), ratio(measured, "given"), measured.line.mark],
      })),
  });
  writeFileSync(path.join(root, "docs/peers.svg"), chart);
  const time = (line: Line, one: Result) => (isOff(line, one) ? `_${shown(one.time)}_ †` : shown(one.time));
  const distance = (line: Line, one: Result) =>
    `${shown(one.distance.largest)} / ${shown(one.distance.mean, 2)}${isOff(line, one) ? " †" : ""}`;
  const limits = table([
    ["", "limit: largest / mean"],
    ...all.map(({ line }) => [line.name, `${line.limit.largest} / ${line.limit.mean}`]),
  ]);
  const paragraphs = calls.map(({ name, package: from = name, text }) => {
    const version = about.versions[from];
    return `**${name}**${version === undefined ? "" : ` ${version}`}. ${text}${waysOf(all, name)}`;
  });
  const former = readFileSync(reportOf(root), "utf8");
  const kept = ({ part, title }: { part: string; title: string }) =>
    section(part, { title, text: formerFindings(former, part) });
  const report = `# Beside other libraries

![Times faster than the fastest other one](peers.svg)

${written} It took ${shown(about.minutes)} minutes. To repeat it: \`npm run bench:peers\`, which installs the other libraries in
\`www/bench/peers\`, whose dependencies they are alone; \`-- --rounds 9\` for more rounds, \`-- --only 1,3\` to try some lines without writing,
\`-- --only files\` and \`-- --only radii\` to write the sections [Files](#files) and [Radius](#radius) alone.

One page in headless Chromium, cross-origin isolated, without a GPU; ${about.threads} threads for everyone. The photos are RGBA
bytes in \`Uint8ClampedArray\`s on the page, opaque, put together from the demo's photos at their own size, and so are the results:
all copies count. Inputs are left intact and every result lies in a fresh buffer, which nobody gives back. **given away**
is ours with \`transfer: true\` and \`recycle\`: that costs the inputs, and the others are not measured so.

Everyone tries each way of working first, which warms up too, and goes on with the fastest of them. Then follow ${about.rounds} rounds (3 for
whoever takes more than a second and a half; and with fewer photos, whose time is then multiplied, for whoever takes more than three
seconds), interleaved, with another one first in each, and garbage collected before each run. Times are medians, ratios
are those of medians. The machine may have other work to do: look at ratios, not at milliseconds.

${shortTable(all)}

**Times faster** is against the fastest of the others that has done the same work; of the blurs with σ 30, the exact one against wasm-vips and
the fast one, \`quality: "fast"\`, against the canvas, whose own is made of three boxes. What is cut and turned is beside a plain copy of as many bytes:
at most 1.5 times its cost is 0.67 here. Bold where it is at the mark that we have set ourselves.

## Everyone, in milliseconds

${everyone(all, time, true)}

† has not done the same work: further from the definition than the limit below, and does not count. sharp runs in Node and does not
count either: it shows what libvips reaches outside of a browser.

## How far from the definition

The largest and the mean difference in levels of 255, from a plain implementation in double precision
([reference.ts](../www/bench/peers/reference.ts)), in the middle of the first two photos, where borders do not matter.

${everyone(all, distance, false)}

${limits}

## How they were called

${paragraphs.join("\n\n")}

${kept(RADII)}
${kept(FILES)}`;
  writeFileSync(reportOf(root), report);
  writeReadme(root, `${written}\n\n${shortTable(all)}`);
  console.log("pixelpool: written: docs/peers.md");
}

function writeReadme(root: string, text: string): void {
  const file = path.join(root, "README.md");
  const readme = readFileSync(file, "utf8");
  const between = /(<!-- peers:begin -->\n).*(\n<!-- peers:end -->)/s;
  if (!between.test(readme)) throw new Error("README.md has no place for the comparison");
  writeFileSync(
    file,
    readme.replace(between, (_, begin: string, end: string) => `${begin}\n${text}\n${end}`),
  );
}

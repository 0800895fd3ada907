/** What was measured of files, as a section of docs/peers.md. */
import { shown, table } from "../../statistics.js";
import { totalOf, type Marks } from "./first.js";
import type { FileResult, FilesMeasured } from "./files.js";
import type { Column, Job } from "./jobs.js";

type Measured = FilesMeasured["jobs"][number];

export const FILES = { part: "files", title: "Files" };

/** How many times the time that the browser takes alone the first result may take. */
const FIRST_MARK = 1.3;

const isOff = ({ limit }: Job, { look }: FileResult) => look.mean > limit;

function rivalOf({ job, field }: Measured): FileResult | undefined {
  const others = field.filter((one) => one.column === undefined && !isOff(job, one));
  if (job.against === "canvas") return others.find(({ name }) => name === "canvas");
  return others.reduce<FileResult | undefined>((best, one) => (best && best.time <= one.time ? best : one), undefined);
}

const bold = (text: string, isMet: boolean) => (isMet ? `**${text}**` : text);

function marksTable(all: readonly Measured[]): string {
  const rows = all.flatMap((measured) => {
    const { job, field } = measured;
    const rival = rivalOf(measured);
    return (Object.entries(job.marks) as [Column, number][]).map(([column, mark]) => {
      const own = field.find((one) => one.column === column);
      const ratio = own && rival ? rival.time / own.time : NaN;
      return [
        column === "fast" ? `${job.name}, \`shrink: "fast"\`` : job.name,
        own ? shown(own.time) : "–",
        rival ? `${shown(rival.time)} (${rival.name})` : "–",
        Number.isNaN(ratio) ? "–" : bold(shown(ratio, 2), ratio >= mark),
        mark,
      ];
    });
  });
  return table([["files", "pixelpool, ms", "the other, ms", "times faster", "mark"], ...rows]);
}

function everyone(all: readonly Measured[], cell: (one: FileResult) => string): string {
  const names = [...new Set(all.flatMap(({ field }) => field.map(({ name }) => name)))];
  const rows = all.map(({ job, field }) => [
    job.name,
    ...names.map((name) => {
      const one = field.find((one) => one.name === name);
      return one ? `${cell(one)}${isOff(job, one) ? " †" : ""}` : "–";
    }),
  ]);
  return table([["", ...names], ...rows]);
}

function firstTable({ package: ours, browser }: NonNullable<FilesMeasured["first"]>): string {
  const row = (name: string, marks: Marks) => [
    name,
    shown(marks.page),
    marks.package === undefined ? "–" : shown(marks.package),
    marks.pool === undefined ? "–" : shown(marks.pool),
    shown(marks.picture),
    shown(totalOf(marks)),
  ];
  const ratio = totalOf(ours) / totalOf(browser);
  const heading = ["ms", "the page", "the package", "a pool", "the picture", "together"];
  return `${table([heading, row("pixelpool", ours), row("the browser alone", browser)])}

Together ${bold(shown(ratio, 2), ratio <= FIRST_MARK)} times what the browser takes; the mark is at most ${FIRST_MARK}.`;
}

/** The section, as it stands in the report. */
export function filesSection(
  measured: FilesMeasured,
  { written, rounds, threads }: { written: string; rounds: number; threads: number },
): string {
  const ways = new Map<string, number[]>();
  for (const [index, { field }] of measured.jobs.entries()) {
    for (const { name, way, column } of field) {
      if (column === undefined) ways.set(`${name} ${way}`, [...(ways.get(`${name} ${way}`) ?? []), index + 1]);
    }
  }
  const fastest = [...ways].map(([way, lines]) => `${way} (${lines.join(", ")})`);
  return `${written} Rounds: ${rounds}, interleaved, each contestant first in turn; times are medians. To repeat it alone:
\`npm run bench:peers -- --only files\`, with \`--rounds 9\` for more of them, and \`--only files.1\` to try the first line, or
\`files.first\` the last table, without writing.

Files as \`Blob\`s on the page, and so are the results: reading, decoding, the filter and writing count. The photos are put together from
the demo's, and written by libvips: JPEG with quality 85 and 4:2:0, and PNG whose picture is cut out with soft rims. Results are JPEG
with quality 85, or PNG. ${threads} threads for us, and as many workers or threads for others: the canvas by \`createImageBitmap\`, \`filter\` or
\`imageSmoothingQuality = "high"\`, and \`convertToBlob\`; wasm-vips by \`newFromBuffer\`, \`gaussblur\` and \`writeToBuffer\`, or by
\`thumbnailBuffer\`, which decodes a JPEG at a part of its size. Each has two files at a time in each worker. Fastest were, by lines: ${fastest.join("; ")}.

${marksTable(measured.jobs)}

The canvas's smoothing is not Lanczos, nor is its blur Gaussian; it counts all the same where it is within the limit below. Bold where it is
at the mark that we have set ourselves.

### Everyone's files

Milliseconds; the mean difference from the definition ([reference.ts](../www/bench/peers/reference.ts)) of the decoded file, in levels of 255,
in the middle of the first two, colours weighted by alpha; and the length of a file. A JPEG is never exact: what is lost in
writing it is part of the difference.

${everyone(measured.jobs, ({ time, look }) => `${shown(time)}; ${shown(look.mean, 2)}; ${shown(look.bytes / 1000)} kB`)}

† is further off than its limit (${measured.jobs.map(({ job }) => job.limit).join("; ")}), and does not count.

### The first result on a fresh page

A JPEG of 1920 × 1080 from its address onto a canvas: by the package, through \`brightness\`, and by \`createImageBitmap\` alone. Each page is of
a profile of its own, so nothing is in a cache. "The page": until its script runs; "the picture": decoded, filtered and drawn.

${measured.first ? firstTable(measured.first) : ""}`;
}

/** What was compared, as docs/accuracy.md. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { table } from "../statistics.ts";
import { rivals } from "./rivals/rivals.mjs";

const PEERS = path.resolve(import.meta.dirname, "../peers");

const percent = ({ equal, samples }) => {
  const share = (100 * equal) / samples;
  // 100 only where all are equal.
  return equal === samples ? "100" : Math.min(99.99, share).toFixed(share > 99 ? 2 : 1);
};
const level = (value) => value.toFixed(1).replace(/\.0$/, "");

function cell(sum, most) {
  if (!sum || sum.cases === 0) return "–";
  const parts = [];
  if (sum.samples > 0) parts.push(`${level(sum.largest)} · ${percent(sum)} %`);
  if (sum.cases < most) parts.push(`${sum.cases} of ${most}`);
  if (sum.otherSize > 0) parts.push(`${sum.otherSize} of another size`);
  if (sum.failed > 0) parts.push(`${sum.failed} failed`);
  return parts.join("; ");
}

/** What the page of definitions says of a filter: its class, and where its expected results are from. */
function saidOf(definitions, name) {
  const at = definitions.indexOf(`\n### ${name}\n`);
  const end = definitions.indexOf("\n### ", at + 5);
  const text = definitions.slice(at, end < 0 ? undefined : end);
  // All that the sentence with the class names.
  const classes = /Class [^.]*/.exec(text)?.[0] ?? "";
  const letter = [...new Set(classes.match(/\b[ERNPCF]\b/g) ?? [])].join(", ");
  const reference = /(?:References?|Source): ([^]*?)(?:\n\n|$)/.exec(text)?.[1] ?? "";
  // The first sentence says it; a point within brackets, or after a single letter, ends none.
  const sentence = /^(?:\([^)]*\)|[^.(]|\.(?=\S))*\./.exec(reference)?.[0] ?? reference;
  return { letter, reference: sentence.replace(/\s+/g, " ").replace(/\.$/, "").replaceAll("|", "\\|") };
}

export function report({ filters, found, definitions, counts, browser }) {
  const versions = JSON.parse(readFileSync(path.join(PEERS, "package.json"), "utf8")).dependencies;
  const ours = ({ name }) => found.get(name)?.get("pixelpool");
  const rows = filters.map((filter) => {
    const { letter, reference } = saidOf(definitions, filter.name);
    const sum = ours(filter)?.all;
    const link = `[${filter.name}](filters.md#${filter.name.toLowerCase()})`;
    const from = reference || "the definition itself";
    if (!sum) return [link, letter, from, "–", "–", "–"];
    return [link, letter, from, sum.cases, level(sum.largest), `${percent(sum)} %`];
  });
  const without = filters.filter((filter) => !ours(filter)).map(({ name }) => `\`${name}\``);
  const chains = found.get("chain")?.get("pixelpool")?.all;

  const others = (kind) => {
    const names = ["pixelpool", ...rivals.map(({ name }) => name)];
    const rows = filters.flatMap(({ name }) => {
      const variants = [...found.keys()].filter((key) => key === name || key.startsWith(`${name}, `));
      // Where a filter is told in variants, these say more than all of them together.
      const shown = variants.length > 1 ? variants.filter((key) => key !== name) : variants;
      return shown.flatMap((key) => {
        const sums = found.get(key);
        if (!rivals.some((rival) => (sums.get(rival.name)?.[kind].cases ?? 0) > 0)) return [];
        const most = sums.get("pixelpool")[kind].cases;
        return [[`${key} (${most})`, ...names.map((who) => cell(sums.get(who)?.[kind], most))]];
      });
    });
    return table([["filter (cases)", ...names], ...rows]);
  };
  const called = rivals.map(({ name, package: from, text }) => {
    const version = versions[from ?? name];
    return `**${name}**${version ? ` ${version}` : ""}. ${text}`;
  });
  const noCase =
    without.length === 0
      ? ""
      : `\nWithout a case: ${without.join(", ")}. Either nothing is computed there, or the test that holds the filter against its definition compares in a way of its own and does not tell its cases (\`tests/native/cases.rs\`).\n`;
  return `# How accurate every filter is

Written by \`npm run accuracy\`, in Chromium ${browser}; figures do not depend on the machine. To repeat it: \`npm run accuracy\`, which builds the
package and installs the other libraries in \`www/bench/peers\`; \`-- --only gaussianBlur,median\` tries some filters without writing.

Every case is a picture of RGBA bytes, a filter with parameters, and the result that its [definition](filters.md) asks for. ${counts.oracle.toLocaleString("en")}
cases are stored in \`tests/oracle/\`: results of libraries that nobody here wrote, or of the formula in double precision. Filters that have none there
are held against plain versions of their definitions in double precision, written in another way than the filter (\`tests/native/\`): those tests tell
${counts.told.toLocaleString("en")} cases while they run. Results are made by the package in the browser, in WebAssembly with threads; other builds give the same bytes.

- **class**: how near a result must be, see [How near a result is](filters.md#how-near-a-result-is). ${counts.beyond === 0 ? "No stored case is beyond it." : `**${counts.beyond} stored cases are beyond it.**`}
- **reference**: what the expected results are from.
- **largest**: the largest difference of a sample, in levels of 255, in any of the cases.
- **equal**: the share of all samples, alpha among them, that are equal. Where the exact value lies within 0.01 of a half, either neighbour is.

Where a definition weights colours with alpha, a difference of colours counts times alpha, and is one from half a level on; a quarter of a level in a
colour that is nearly invisible is none. Many cases are awkward on purpose: one pixel, kernels larger than the picture, noise, every border. A share of 97 %
there is that of few pixels.

## pixelpool

${table([["filter", "class", "reference", "cases", "largest", "equal"], ...rows])}
${noCase}
${chains ? `Chains of several filters: ${chains.cases} cases, largest ${level(chains.largest)}, ${percent(chains)} % equal. Each step rounds once, and the next one may multiply what that costs.` : ""}

## Beside other libraries

The same cases by whoever has the filter: largest difference · share of equal samples. Each is called with the options that come nearest to the definition, on
the parameters that it has; where that is not all cases, their number stands beside it. A library that has another definition is not wrong by that; but who
takes its result for that of the definition is off by as much.

### Opaque pictures

${others("opaque")}

### Pictures with transparency

${others("alpha")}

### How they were called

${called.join("\n\n")}
`;
}

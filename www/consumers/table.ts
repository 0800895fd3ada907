/** docs/consumers.md, written from the rows of a run. */
import type { Row, Section } from "./matrix.js";

const TITLES: Record<Section, string> = {
  bundlers: "Bundlers and frameworks",
  pages: "Pages without a bundler",
  runtimes: "Runtimes",
  tests: "Test frameworks",
  types: "TypeScript",
};

const cell = (text: string) => text.replace(/\s+/g, " ").replace(/\|/g, "\\|").trim();

/** Columns in which no row has anything are left out. */
function tableOf(rows: readonly Row[]): string {
  const all: [title: string, of: (row: Row) => string | undefined][] = [
    ["consumer", ({ consumer }) => consumer],
    ["how", ({ how }) => how],
    ["isolated", ({ isolated }) => isolated],
    [rows.some(({ isolated }) => isolated) ? "not isolated" : "result", ({ plain }) => plain],
    ["configuration", ({ configuration }) => configuration ?? "none"],
    ["JavaScript emitted, KiB raw / gzip in files", ({ emitted }) => emitted],
    ["notes", ({ notes, failure }) => [notes, failure && failure.slice(0, 600)].filter(Boolean).join("; ")],
  ];
  const columns = all.filter(([, of]) => rows.some((row) => of(row)));
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  let last = "";
  const lines = rows.map((row) =>
    line(
      columns.map(([title, of]) => {
        const text = cell(of(row) ?? "");
        if (title !== "consumer") return text;
        const shown = text === last ? "" : text;
        last = text;
        return shown;
      }),
    ),
  );
  return [line(columns.map(([title]) => title)), line(columns.map(() => "---")), ...lines].join("\n");
}

export function pageOf(rows: readonly Row[], date: string): string {
  const sections = Object.entries(TITLES).flatMap(([section, title]) => {
    const own = rows.filter((row) => row.section === section);
    return own.length > 0 ? [`## ${title}`, tableOf(own)] : [];
  });
  return `# Where the package was tried

Written by \`npm run test:consumers\` on ${date}, with the packed tarball: each consumer is a project of its own outside the
repository, with the packages of a lock file in [tests/consumers](../tests/consumers).

What every one of them does is [one module](../tests/consumers/app.js): a pool with nothing asked for, a Gaussian blur of three images,
numbers, a PNG file through \`invert\`, a JPEG file out, a filter whose code is loaded with its first call, and the end of the pool. «ok» means that all
of it has **the same bytes as everywhere else**, that the pool has the mode that is named (\`pool.mode\`), and that nothing was said on the
console. «Isolated» is a page with the headers COOP and COEP (\`require-corp\`), which the server sends, or a proxy in front of a server of
a framework's own. Configuration is what a user writes for the package's sake. What is emitted is all JavaScript of the
app, a framework's own included, in KiB.

What policies and places refuse, and the words for it, is tested in three browsers by \`npm test\`
(\`www/test/every-browser/places.test.ts\`), and so are the runtimes in every mode (\`www/test/runtimes\`).

<!-- prettier-ignore-start -->

${sections.join("\n\n")}

<!-- prettier-ignore-end -->
`;
}

/** Reports whose parts are measured one at a time: what is not measured again stays as an earlier run has found it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import path from "node:path";
import type { Browser } from "playwright-core";
import { launch } from "../test/browser/page.js";

export const ROOT = path.resolve(import.meta.dirname, "../..");

export interface Context {
  browser: Browser;
  /** Small counts, to try it out. */
  quick: boolean;
  /** Says what is being done. */
  say: (line: string) => void;
  /** The day and the machine. */
  signature: string;
}

/** What a part has to show. */
export interface Findings {
  /** Markdown. */
  text: string;
  /** SVG, by file name. */
  pictures?: Record<string, string>;
}

export interface Part {
  title: string;
  measure: (context: Context) => Promise<Findings>;
}

export interface Report {
  /** Its name without `.md`. */
  name: string;
  /** Where its pictures are, seen from it. */
  pictures: string;
  introduction: string;
  /** By what `--only` calls them. */
  parts: Readonly<Record<string, Part>>;
}

export interface Choice {
  quick: boolean;
  /** Names of parts, with commas between them; `undefined` for all. */
  only?: string | undefined;
}

const begin = (part: string) => `<!-- part ${part}: begin -->`;
const end = (part: string) => `<!-- part ${part}: end -->`;

/** A part as it stands in a report. */
export const section = (part: string, { title, text }: { title: string; text: string }): string =>
  `## ${title}\n\n${begin(part)}\n\n${text}\n\n${end(part)}\n`;

/** What an earlier run has found. */
export function formerFindings(report: string, part: string): string {
  const [from, to] = [report.indexOf(begin(part)), report.indexOf(end(part))];
  return from < 0 || to < 0 ? "Not measured yet." : report.slice(from + begin(part).length, to).trim();
}

/**
 * Measures the parts and writes the report and its pictures: into docs/, or, `quick`, whose counts are too small to mean
 * anything, into target/bench/.
 */
export async function measureParts(report: Report, { quick, only }: Choice): Promise<void> {
  const parts = Object.entries(report.parts);
  const wanted = only?.split(",") ?? Object.keys(report.parts);
  const unknown = wanted.find((name) => !(name in report.parts));
  if (unknown !== undefined)
    throw new Error(`there is no part ${unknown}; there are ${Object.keys(report.parts).join(", ")}`);

  const folder = path.join(ROOT, quick ? "target/bench" : "docs");
  const file = path.join(folder, `${report.name}.md`);
  mkdirSync(path.join(folder, report.pictures), { recursive: true });
  const former = existsSync(file) ? readFileSync(file, "utf8") : "";
  const found = new Map(parts.map(([name]) => [name, formerFindings(former, name)]));
  const write = () => {
    const sections = parts.map(([name, { title }]) => section(name, { title, text: found.get(name) ?? "" }));
    writeFileSync(file, `${report.introduction}\n\n${sections.join("\n")}`);
  };

  const browser = await launch();
  const day = new Date().toISOString().slice(0, 10);
  const machine = `${cpus()[0]?.model.trim()}, ${cpus().length} cores; Chromium ${browser.version()}; Node ${process.versions.node}`;
  const signature = `${day}: ${machine}`;
  try {
    for (const [name, { measure }] of parts) {
      if (!wanted.includes(name)) continue;
      const started = performance.now();
      const say = (line: string) => console.log(`part ${name}: ${line}`);
      const { text, pictures = {} } = await measure({ browser, quick, say, signature });
      for (const [name, picture] of Object.entries(pictures))
        writeFileSync(path.join(folder, report.pictures, name), picture);
      found.set(name, `${text}\n\n<sub>${signature}.</sub>`);
      // What is measured is kept, whatever the next part comes to.
      write();
      say(`took ${((performance.now() - started) / 1000).toFixed(0)} s`);
    }
  } finally {
    await browser.close();
  }
  console.log(`pixelpool: written: ${path.relative(ROOT, file)}`);
}

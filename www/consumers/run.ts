/**
 * Tries the packed tarball in the consumers of tests/consumers: `--only name,name`, `--chosen` for those of `npm test`, nothing for
 * all. Ends with an error, and the list, where one does not do as it must. When all have been tried with the same package, be it in
 * several runs, docs/consumers.md is written; with `--write` also before that, and says which have not.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { say, Stop } from "../../scripts/run.mjs";
import { bundlers } from "./bundlers.js";
import { frameworks } from "./frameworks.js";
import { Browsers, rowsOf, type Consumer, type Row } from "./matrix.js";
import { places } from "./pages.js";
import { folderOf, Projects, root } from "./project.js";
import { runtimesAndTools } from "./runtimes.js";
import { pageOf } from "./table.js";

/** In the order of the table. */
const consumers: readonly Consumer[] = [...bundlers, ...frameworks, ...places, ...runtimesAndTools];
const names = consumers.map(({ name }) => name);

const args = process.argv.slice(2);
const isQuick = args.includes("--chosen");

function chosen(): readonly Consumer[] {
  if (isQuick) return consumers.filter(({ isChosen }) => isChosen);
  const at = args.indexOf("--only");
  if (at < 0) return consumers;
  const wanted = (args[at + 1] ?? "").split(",");
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new Stop(`no consumer is called ${unknown.join(", ")}; there are: ${names.join(", ")}`);
  }
  return consumers.filter(({ name }) => wanted.includes(name));
}

/** What earlier runs have found with the same package. */
interface Kept {
  packed: string;
  rows: Row[];
}

const KEPT = path.join(root, "target/consumers.json");

function kept(packed: string): Row[] {
  const found = existsSync(KEPT) ? (JSON.parse(readFileSync(KEPT, "utf8")) as Kept) : undefined;
  return found?.packed === packed ? found.rows : [];
}

function keep(packed: string, rows: readonly Row[]): void {
  const anew = new Set(rows.map(({ of }) => of));
  const all = [...kept(packed).filter(({ of }) => !anew.has(of)), ...rows];
  mkdirSync(path.dirname(KEPT), { recursive: true });
  writeFileSync(KEPT, JSON.stringify({ packed, rows: all } satisfies Kept));
}

function writePage(packed: string): void {
  const all = kept(packed);
  const missing = names.filter((name) => !all.some(({ of }) => of === name));
  if (missing.length > 0 && !args.includes("--write")) {
    say(`docs/consumers.md is written when these are tried too, or with --write: ${missing.join(", ")}`);
    return;
  }
  const inOrder = consumers.flatMap(({ name, section }) => {
    const own = all.filter(({ of }) => of === name);
    return own.length > 0 ? own : [{ of: name, section, consumer: name, how: "", plain: "not measured" }];
  });
  const date = new Date().toISOString().slice(0, 10);
  writeFileSync(path.join(root, "docs/consumers.md"), pageOf(inOrder, date));
  say("docs/consumers.md is written");
}

const inWords = ({ consumer, how, isolated, plain, emitted, notes, failure }: Row) =>
  [`${consumer}, ${how}`, isolated, plain, emitted, notes, failure].filter(Boolean).join(" · ");

const projects = new Projects();
const browsers = new Browsers(isQuick ? [] : ["firefox", "webkit"]);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
// Browsers and their drivers, where they could not be closed any more: what this process itself has started, and nothing else.
process.once("exit", () => spawnSync("pkill", ["-P", String(process.pid)]));
try {
  const packed = await projects.fingerprint();
  const wanted = chosen();
  const rows: Row[] = [];
  for (const [index, consumer] of wanted.entries()) {
    const place = { project: () => projects.of(consumer), browsers, isQuick };
    const own = await rowsOf(consumer, place, (row) => say(inWords(row)));
    rows.push(...own);
    if (!isQuick) keep(packed, own);
    // Consumers that share a project stand side by side.
    if (folderOf(wanted[index + 1]) !== folderOf(consumer)) projects.drop();
  }
  if (!isQuick) writePage(packed);
  const failed = rows.filter(({ failure }) => failure !== undefined);
  if (failed.length > 0) {
    throw new Stop(`${failed.length} of ${rows.length} failed:\n${failed.map(inWords).join("\n")}`);
  }
  say(`${rows.length} tried, all as they must be`);
} catch (error) {
  console.error(error instanceof Stop ? `pixelpool: ${error.message}` : error);
  process.exitCode = 1;
} finally {
  await browsers.close();
}
// What a browser or a server has left behind must not keep this alive.
process.exit();

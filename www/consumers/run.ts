/**
 * Tries the packed tarball in the consumers of tests/consumers: `--only name,name`, `--chosen` for those of `npm test`, nothing for
 * all, which writes docs/consumers.md. Ends with an error, and the list, where one does not do as it must.
 */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { say, Stop } from "../../scripts/run.mjs";
import { bundlers } from "./bundlers.js";
import { frameworks } from "./frameworks.js";
import { Browsers, rowsOf, type Row } from "./matrix.js";
import { places } from "./pages.js";
import { Projects, root } from "./project.js";
import { runtimesAndTools } from "./runtimes.js";
import { pageOf } from "./table.js";

const consumers = [...bundlers, ...frameworks, ...places, ...runtimesAndTools];

function chosen(args: readonly string[]) {
  const at = args.indexOf("--only");
  if (at < 0) return consumers.filter(({ isChosen }) => isChosen ?? !args.includes("--chosen"));
  const names = (args[at + 1] ?? "").split(",");
  const unknown = names.filter((name) => !consumers.some((consumer) => consumer.name === name));
  if (unknown.length > 0) {
    throw new Stop(
      `no consumer is called ${unknown.join(", ")}; there are: ${consumers.map(({ name }) => name).join(", ")}`,
    );
  }
  return consumers.filter(({ name }) => names.includes(name));
}

const inWords = ({ consumer, how, isolated, plain, emitted, notes, failure }: Row) =>
  [`${consumer}, ${how}`, isolated, plain, emitted, notes, failure].filter(Boolean).join(" · ");

const args = process.argv.slice(2);
const projects = new Projects();
const browsers = new Browsers(args.includes("--chosen") ? [] : ["firefox", "webkit"]);
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
try {
  const wanted = chosen(args);
  const rows = await rowsOf(wanted, projects, browsers, (row) => say(inWords(row)));
  if (wanted.length === consumers.length) {
    const date = new Date().toISOString().slice(0, 10);
    writeFileSync(path.join(root, "docs/consumers.md"), pageOf(rows, date));
    say("docs/consumers.md is written");
  }
  const failed = rows.filter(({ failure }) => failure !== undefined);
  if (failed.length > 0)
    throw new Stop(`${failed.length} of ${rows.length} failed:\n${failed.map(inWords).join("\n")}`);
  say(`${rows.length} tried, all as they must be`);
} catch (error) {
  console.error(error instanceof Stop ? `pixelpool: ${error.message}` : error);
  process.exitCode = 1;
} finally {
  await browsers.close();
}
// What a browser or a server has left behind must not keep this alive.
process.exit();

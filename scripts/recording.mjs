/**
 * Records the command line on a terminal, with the sample photos and one broken file, and writes docs/command-line.svg of it: what the
 * program has printed, and when. Needs the program `script` of util-linux, and a package that is built.
 */
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { inRoot, main, say, Stop, which } from "./run.mjs";

const PROGRAM = inRoot("dist/cli.js");
const COMMANDS = [
  `run "resize width=480 fit=inside" "unsharpMask sigma=0.8" --out small --type webp --quality 0.8 'photos/**/*.jpg'`,
  `info small/2024/robin-1.webp small/2024/temple-1.webp`,
  `run "gausianBlur sigma=2" --out soft photos`,
];
const [COLUMNS, ROW_HEIGHT, CHARACTER, MARGIN] = [124, 19, 8.43, 14];
/** Seconds: how long a command stands there before it runs, and the longest time in which nothing happens. */
const [TYPING, LONGEST_PAUSE] = [0.9, 1];

/** The screen: of each row, what stood in it from when on. */
class Screen {
  rows = [];
  #row = 0;
  #column = 0;

  write(text, time) {
    // Signs, and sequences that move the cursor, clear, or are of no matter here.
    for (const [sign, , number, command] of text.matchAll(/\x1b\[(\??)(\d*)([A-Za-z])|[^]/gu)) {
      if (command) this.#control(command, number, time);
      else if (sign === "\r") this.#column = 0;
      else if (sign === "\n") this.#row += 1;
      else this.#put(sign, time);
    }
  }

  #control(command, number, time) {
    if (command === "G") this.#column = Number(number || 1) - 1;
    if (command === "A") this.#row = Math.max(0, this.#row - Number(number || 1));
    if (command === "K") this.#set(number === "2" ? "" : this.#text().slice(0, this.#column), time);
    if (command === "J") this.#set(this.#text().slice(0, this.#column), time);
  }

  #put(sign, time) {
    if (this.#column >= COLUMNS) [this.#row, this.#column] = [this.#row + 1, 0];
    const text = this.#text().padEnd(this.#column);
    this.#set(text.slice(0, this.#column) + sign + text.slice(this.#column + 1), time);
    this.#column += 1;
  }

  #text() {
    return this.rows[this.#row]?.at(-1)?.text ?? "";
  }

  #set(text, time) {
    const states = (this.rows[this.#row] ??= []);
    if (states.at(-1)?.time === time) states.pop();
    if (states.at(-1)?.text !== text) states.push({ text, time });
  }
}

/** What a command writes on a terminal, in pieces with the time of each, in seconds. */
function record(command, folder) {
  return new Promise((resolve, reject) => {
    const line = `"${process.execPath}" "${PROGRAM}" ${command}`;
    const child = spawn("script", ["-qec", line, path.join(folder, "typescript")], {
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
    });
    const began = performance.now();
    const pieces = [];
    child.stdout.setEncoding("utf8");
    child.stdout.on("data", (text) => pieces.push({ text, time: (performance.now() - began) / 1000 }));
    child.on("error", reject);
    child.on("close", () => resolve(pieces));
  });
}

/** Six photos in each of three folders, one of them cut off. */
function preparePhotos(folder) {
  const names = ["landscape-turned", "macaws", "nasa", "robin", "shutters", "temple"];
  for (const [index, year] of ["2023", "2024", "2025"].entries()) {
    mkdirSync(path.join(folder, "photos", year), { recursive: true });
    for (const name of names) {
      cpSync(inRoot("www/demo/samples", `${name}.jpg`), path.join(folder, "photos", year, `${name}-${index}.jpg`));
    }
  }
  const cut = path.join(folder, "photos/2025/nasa-2.jpg");
  writeFileSync(cut, readFileSync(cut).subarray(0, 40_000));
}

const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
const seconds = (time) => `${time.toFixed(2)}s`;

/** One text for each state of each row. Without animations the last state is shown. */
function drawing(rows) {
  const width = Math.round(COLUMNS * CHARACTER + 2 * MARGIN);
  const height = rows.length * ROW_HEIGHT + 2 * MARGIN;
  const texts = rows.flatMap((states = [], row) =>
    states.flatMap(({ text, time }, index) => {
      if (text === "") return [];
      const next = states[index + 1];
      const kind = text.startsWith("$ ") ? ' class="typed"' : "";
      const place = `x="${MARGIN}" y="${MARGIN + (row + 0.75) * ROW_HEIGHT}"${kind}`;
      if (!next) {
        const hidden = `<set attributeName="visibility" to="hidden" begin="0s" dur="${seconds(time)}"/>`;
        return [`<text ${place}>${time > 0 ? hidden : ""}${escaped(text)}</text>`];
      }
      const shown = `<set attributeName="visibility" to="visible" begin="${seconds(time)}" dur="${seconds(next.time - time)}"/>`;
      return [`<text ${place} visibility="hidden">${shown}${escaped(text)}</text>`];
    }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<style>text { font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #d8dee6; white-space: pre; } .typed { fill: #7fd4a0; }</style>
<rect width="100%" height="100%" rx="8" fill="#14181d"/>
${texts.join("\n")}
</svg>
`;
}

await main(async () => {
  if (!which("script")) throw new Stop("there is no program called script here: it is a part of util-linux");
  if (!existsSync(PROGRAM)) throw new Stop("dist/cli.js is not there: run npm run build");
  const folder = mkdtempSync(path.join(tmpdir(), "pixelpool-recording-"));
  try {
    preparePhotos(folder);
    const screen = new Screen();
    let now = 0;
    for (const command of COMMANDS) {
      screen.write(`$ npx pixelpool ${command}\n\r`, now);
      now += TYPING;
      let before = 0;
      for (const { text, time } of await record(command, folder)) {
        now += Math.min(time - before, LONGEST_PAUSE);
        before = time;
        screen.write(text, now);
      }
      screen.write("\n\r", now);
      now += TYPING;
    }
    writeFileSync(inRoot("docs/command-line.svg"), drawing(screen.rows));
    say("wrote docs/command-line.svg");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

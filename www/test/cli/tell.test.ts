/** What the command line tells of itself, of filters and of files. */
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { filters } from "../../src/generated/filters.js";
import { linesOf, Place, PROGRAM } from "./process.js";

const place = new Place();
before(() => {
  place.copy("www/demo/samples/portrait-turned.jpg", "turned.jpg");
  place.copy("tests/gif/animated.gif", "animated.gif");
  place.write("text.txt", "hello");
});
after(() => place.remove());

describe("the command line", () => {
  it("tells its version, and its commands where it is asked or nothing is said", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
      version: string;
    };
    assert.deepEqual(await place.run("--version"), { code: 0, stdout: `${version}\n`, stderr: "" });
    const help = await place.run("--help");
    assert.deepEqual([help.code, help.stderr], [0, ""]);
    for (const command of ["run", "filters", "info"]) assert.match(help.stdout, new RegExp(`^ {2}${command} `, "m"));
    assert.equal((await place.run()).code, 2);
    assert.match((await place.run("rn")).stderr, /Did you mean run\?/);
  });

  it("has the options that its documentation has, and no others", async () => {
    const flags = (text: string) => [...new Set(text.match(/--[a-z][a-z-]+/g))].sort();
    const docs = readFileSync(new URL("../../../docs/command-line.md", import.meta.url), "utf8");
    const table = docs.slice(docs.indexOf("## Options of `run`"), docs.indexOf("## What is told"));
    const { stdout } = await place.run("run", "--help");
    const shown = flags(stdout.replace(/--chain chain.*/, "")).filter((flag) => flag !== "--help");
    assert.deepEqual(flags(table), shown);
  });

  it("lists every filter, and tells of one what its parameters are", async () => {
    const all = await place.run("filters");
    for (const { name } of filters) assert.match(all.stdout, new RegExp(`^ {2}${name} +\\S`, "m"));
    const one = await place.run("filters", "resize");
    for (const { name } of filters[0]?.parameters ?? []) assert.match(one.stdout, new RegExp(`^ {2}${name}=\\S`, "m"));
    assert.match(one.stdout, /As a step: "resize width=1600 fit=inside"$/m);
    assert.match((await place.run("filters", "lut3d")).stdout, /As a step: "lut3d cube=@FILE"$/m);
    const json = await place.run("filters", "--json");
    assert.deepEqual(JSON.parse(json.stdout), filters);
    const unknown = await place.run("filters", "resise");
    assert.deepEqual([unknown.code, unknown.stdout], [2, ""]);
    assert.match(unknown.stderr, /did you mean resize\?/);
  });

  it("tells what files are, and which are none", async () => {
    const { code, stdout, stderr } = await place.run("info", "turned.jpg", "animated.gif", "text.txt", "none.jpg");
    assert.equal(code, 1);
    assert.match(stdout, /^turned\.jpg: image\/jpeg, \d+ × \d+ px, 3 × 8 bits, sRGB, orientation \d, \d+ kB$/m);
    assert.match(stdout, /^animated\.gif: image\/gif, .* \d+ pictures, /m);
    assert.equal(stderr, "none.jpg: there is no such file\ntext.txt: it is text, not a picture\n");
    const json = await place.run("info", "--json", "turned.jpg");
    assert.deepEqual([json.code, linesOf(json)[0]?.type], [0, "image/jpeg"]);
  });

  it("fails where its output cannot be written", async (t) => {
    if (!existsSync("/dev/full")) {
      t.skip("there is no disk here that is full");
      return;
    }
    const commands = [
      ...[["info", "turned.jpg"], ["filters", "--json"], ["--version"], ["--help"]],
      ["run", "--json", "--out", "out", "turned.jpg"],
      ["run", "--json", "--dry-run", "--out", "out", "turned.jpg"],
    ];
    for (const args of commands) {
      const full = openSync("/dev/full", "w");
      const child = spawn(process.execPath, [PROGRAM, ...args], { cwd: place.folder, stdio: ["ignore", full, "pipe"] });
      let stderr = "";
      child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
      const code = await new Promise((resolve) => child.once("close", resolve));
      closeSync(full);
      assert.equal(code, 1, args.join(" "));
      assert.match(stderr, /^pixelpool: the output cannot be written: no space is left on the disk$/m);
    }
  });

  it("names folders that may not be read, and goes on with the others", async (t) => {
    if (process.platform === "win32") {
      t.skip("folders have no modes here");
      return;
    }
    place.copy("tests/gif/plain.gif", "some/open/plain.gif");
    mkdirSync(place.path("some/closed"));
    chmodSync(place.path("some/closed"), 0);
    for (const folder of [".", "some", "some/open"]) chmodSync(place.path(folder), 0o755);
    t.after(() => chmodSync(place.path("some/closed"), 0o755));
    // Root may read everything.
    const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const operands = [["some"], ["some/**/*.gif"], ["some/closed", "some/open"]];
    const commands = operands.flatMap((some) => [
      ["info", ...some],
      ["run", "--dry-run", "--out", "out", ...some],
    ]);
    for (const args of commands) {
      const options = { cwd: place.folder, ...user };
      const [code, stdout, stderr] = await new Promise<[unknown, string, string]>((resolve) => {
        const child = execFile(process.execPath, [PROGRAM, ...args], options, (_, out, err) =>
          resolve([child.exitCode, out, err]),
        );
      });
      if (/EACCES|Cannot find module/.test(stderr)) {
        t.skip("no other user can read the package here");
        return;
      }
      assert.equal(code, 1, stderr);
      assert.match(stdout, /^some\/open\/plain\.gif\b/);
      assert.match(stderr, /^some\/closed: cannot be read: permission denied$/m);
    }
  });

  it("ends without a word where nobody reads its output any more", async () => {
    const child = spawn(process.execPath, [PROGRAM, "filters", "--json"], { stdio: ["ignore", "pipe", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdout.destroy();
    await new Promise((resolve) => child.once("close", resolve));
    assert.doesNotMatch(stderr, /at .*cli\.js/);
  });
});

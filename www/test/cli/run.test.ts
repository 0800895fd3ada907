/** `pixelpool run` as a process: the bytes of the page, what is told of failures, and never half a file. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import type * as Package from "../../src/index.js";
import { linesOf, Place, PROGRAM } from "./process.js";

const SAMPLES = "www/demo/samples";
const place = new Place();
before(() => {
  for (const name of ["elephant.jpg", "zebra.jpg"]) place.copy(`${SAMPLES}/${name}`, `photos/${name}`);
  place.copy(`${SAMPLES}/portrait-turned.jpg`, "photos/deep/turned.jpg");
  place.copy(`${SAMPLES}/transparency.png`, "photos/deep/clear.png");
  place.copy(`${SAMPLES}/statue.webp`, "photos/deep/statue.webp");
  place.copy("tests/gif/plain.gif", "photos/deep/plain.gif");
  place.copy("tests/webp/lossless_13.webp", "photos/deep/lossless.webp");
});
after(() => place.remove());

const STEPS = ["resize width=90 fit=inside", "unsharpMask sigma=0.8"];
const CHAIN = [
  { kind: "resize", width: 90, fit: "inside" },
  { kind: "unsharpMask", sigma: 0.8 },
] as const;

describe("pixelpool run", () => {
  it("writes the bytes that the pool gives, with the folders below the pattern, for every type", async () => {
    const { createPool } = (await import(new URL("../../../dist/index.js", import.meta.url).href)) as typeof Package;
    const outputs: [args: string[], output: Package.FileOutput][] = [
      [
        ["--type", "jpeg", "--quality", "0.7", "--chroma", "4:4:4", "--metadata", "keep"],
        {
          ...{ type: "image/jpeg", quality: 0.7, chroma: "4:4:4", metadata: "keep" },
        },
      ],
      [["--type", "png"], { type: "image/png" }],
      [["--type", "webp", "--lossless"], { type: "image/webp", lossless: true }],
    ];
    await using pool = await createPool();
    for (const [args, output] of outputs) {
      const out = args[1] ?? "";
      const { code, stderr } = await place.run(
        "run",
        ...STEPS,
        "--out",
        out,
        ...args,
        "photos/**/*.{jpg,png,gif,webp}",
      );
      assert.equal(code, 0, stderr);
      const made = place.list(out);
      assert.equal(made.length, 7);
      const sources = place.list("photos");
      const batch = sources.map((name) => [name, new File([place.read(`photos/${name}`)], name)] as const);
      for (const [, file] of await pool.starmap(CHAIN, batch, { output })) {
        assert.ok(Buffer.from(await file.arrayBuffer()).equals(place.read(`${out}/${file.name}`)), file.name);
      }
    }
  });

  it("writes lossy WebP, and leaves reading and lossless ones to the package", async () => {
    const args = ["--out", "lossy", "photos", "--json", "--color-space", "source"];
    const ended = await place.run("run", "resize width=60", "--type", "webp", "--quality", "0.8", ...args);
    assert.equal(ended.code, 0, ended.stderr);
    assert.equal(linesOf(ended).length, 7);
    for (const name of place.list("lossy")) {
      assert.match(place.read(`lossy/${name}`).toString("latin1", 8, 16), /^WEBPVP8[ X]$/, name);
    }
    const kept = await place.run(
      "run",
      "invert",
      "--out",
      "kept",
      "photos/deep/lossless.webp",
      "photos/deep/statue.webp",
    );
    assert.equal(kept.code, 0, kept.stderr);
    assert.equal(place.read("kept/lossless.webp").toString("latin1", 12, 16), "VP8L");
    assert.equal(place.read("kept/statue.webp").toString("latin1", 12, 16), "VP8 ");
    const poor = await place.run("run", "--type", "webp", "--quality", "0.1", "--out", "poor", "photos/zebra.jpg");
    const fits = await place.run("run", "--type", "webp", "--max-bytes", "5kB", "--out", "fits", "photos/zebra.jpg");
    assert.deepEqual([poor.code, fits.code], [0, 0]);
    assert.ok(place.read("fits/zebra.webp").length <= 5000);
  });

  it("tells what is wrong with the command before it reads a file, and ends with 2", async () => {
    const wrong: [args: string[], message: RegExp][] = [
      [["gausianBlur sigma=2"], /no filter "gausianBlur"; did you mean gaussianBlur\?/],
      [
        ["gaussianBlur", "sigma=20"],
        /`sigma=20` is a parameter of gaussianBlur; put the step in quotes: "gaussianBlur sigma=20"/,
      ],
      [["resize", "width=100"], /put the step in quotes: "resize width=100"/],
      [["gaussianBlur sigma=-1"], /sigma must be a finite number from 0 to 250 px, got -1/],
      [["formula r='r * lumma'"], /character 5: there is no "lumma"/],
      [["invert", "--quality", "80"], /must be a number from 0 to 1/],
      [["invert", "--type", "jpeg", "--lossless"], /--lossless cannot be had as image\/jpeg/],
      [["invert", "--metdata", "keep"], /Did you mean --metadata\?/],
      [["--type", "webp", "photos/deep/plain.gif", "other/plain.gif"], /would both become wrong\/plain\.webp/],
    ];
    place.copy("tests/gif/plain.gif", "other/plain.gif");
    for (const [args, message] of wrong) {
      const { code, stdout, stderr } = await place.run("run", "--out", "wrong", "photos/zebra.jpg", ...args);
      assert.deepEqual([code, stdout], [2, ""], stderr);
      assert.match(stderr, message);
    }
    assert.equal((await place.run("run", "invert", "photos")).code, 2);
    assert.equal((await place.run("run", "invert", "--out", "wrong")).code, 2);
    assert.equal((await place.run("run", "invert", "--out", "photos/zebra.jpg", "photos")).code, 2);
    assert.ok(!existsSync(place.path("wrong")));
  });

  it("names each file that fails, goes on with the others, and ends with 1", async () => {
    place.write("bad/text.jpg", "hello");
    place.write("bad/empty.jpg", "");
    place.write("bad/cut.jpg", place.read("photos/zebra.jpg").subarray(0, 5000));
    for (const name of ["good", "there", "blocked"]) place.copy(`${SAMPLES}/zebra.jpg`, `bad/${name}.jpg`);
    place.write("mixed/there.jpg", "mine");
    mkdirSync(place.path("mixed/blocked.jpg"));
    // A GIF by its content; what a file is counts, so its result takes the name of another.
    place.copy("tests/gif/plain.gif", "bad/good.gif");
    const ended = await place.run("run", "invert", "--out", "mixed", "--json", "bad", "none.jpg", "none/*.jpg");
    assert.equal(ended.code, 1);
    const told = new Map(linesOf(ended).map(({ source, status, message }) => [source, [status, message]]));
    const failure = (source: string, message: RegExp) => {
      const [status, words] = told.get(source) ?? [];
      assert.equal(status, "failed", source);
      assert.match(words as string, message);
      assert.ok(ended.stderr.includes(`${source}: ${words as string}\n`));
      told.delete(source);
    };
    failure("bad/text.jpg", /^it is text, not a picture$/);
    failure("bad/empty.jpg", /^it is empty/);
    failure("bad/cut.jpg", /^it is a JPEG that is damaged or cut off: it ends at byte 5000/);
    failure("bad/there.jpg", /^mixed\/there\.jpg is there already/);
    failure("bad/blocked.jpg", /^mixed\/blocked\.jpg is a folder$/);
    failure("bad/good.gif", /^its result would overwrite that of bad\/good\.jpg/);
    failure("none.jpg", /^there is no such file$/);
    failure("none/*.jpg", /^the pattern matches no file$/);
    assert.deepEqual([...told], [["bad/good.jpg", ["written", undefined]]]);
    assert.deepEqual(place.list("mixed"), ["good.jpg", "there.jpg"]);
    assert.equal(place.read("mixed/there.jpg").toString(), "mine");
  });

  it("never overwrites what it reads, and what is there only where it may", async () => {
    const source = place.read("photos/zebra.jpg");
    const own = await place.run("run", "invert", "--out", "photos", "--overwrite", "photos/zebra.jpg");
    assert.deepEqual([own.code, place.read("photos/zebra.jpg").equals(source)], [1, true]);
    assert.match(own.stderr, /photos\/zebra\.jpg: its result would overwrite it/);
    place.write("again/zebra.jpg", "mine");
    const skipped = await place.run(
      "run",
      "invert",
      "--out",
      "again",
      "--skip-existing",
      "photos/zebra.jpg",
      "photos/elephant.jpg",
    );
    assert.equal(skipped.code, 0);
    assert.match(skipped.stderr, /2 files: 1 written, 1 skipped/);
    assert.equal(place.read("again/zebra.jpg").toString(), "mine");
    const replaced = await place.run("run", "invert", "--out", "again", "--overwrite", "photos/zebra.jpg");
    assert.equal(replaced.code, 0);
    assert.equal(place.read("again/zebra.jpg").toString("latin1", 0, 2), "\xff\xd8");
  });

  it("tells with --dry-run what it would write, and writes nothing", async () => {
    const args = ["--out", "dry", "--type", "webp", "photos/*.jpg", "photos/deep/plain.gif"];
    const { code, stdout } = await place.run("run", "invert", "--dry-run", ...args);
    assert.equal(code, 0);
    assert.deepEqual(stdout.trim().split("\n"), [
      "photos/elephant.jpg → dry/elephant.webp",
      "photos/zebra.jpg → dry/zebra.webp",
      "photos/deep/plain.gif → dry/plain.webp",
    ]);
    assert.ok(!existsSync(place.path("dry")));
    assert.equal((await place.run("run", "inverd x=1", "--dry-run", ...args)).code, 2);
  });

  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    it(`leaves whole files alone on ${signal}`, async () => {
      const out = signal.toLowerCase();
      for (let copy = 0; copy < 60; copy++) place.copy(`${SAMPLES}/temple.jpg`, `many/${copy}.jpg`);
      const args = [PROGRAM, "run", "gaussianBlur sigma=9", "--json", "--type", "png", "--out", out, "many"];
      const child = spawn(process.execPath, args, { cwd: place.folder, stdio: ["ignore", "pipe", "ignore"] });
      child.stdout.once("data", () => child.kill(signal));
      const ended = await new Promise((resolve) => child.once("close", resolve));
      assert.equal(ended, code);
      const files = place.list(out);
      assert.ok(files.length > 0 && files.length < 60);
      for (const name of files) {
        assert.match(name, /^\d+\.png$/);
        assert.equal(place.read(`${out}/${name}`).subarray(-8, -4).toString("latin1"), "IEND");
      }
    });
  }

  it("goes on where the disk is full, and leaves no half file", async (t) => {
    mkdirSync(place.path("disk"));
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=32k", "tmpfs", place.path("disk")], { stdio: "ignore" });
    } catch {
      t.skip("nothing can be mounted here");
      return;
    }
    t.after(() => execFileSync("umount", [place.path("disk")]));
    const { code, stderr } = await place.run(
      "run",
      "--out",
      "disk",
      "--type",
      "png",
      "photos/*.jpg",
      "photos/deep/plain.gif",
    );
    assert.equal(code, 1);
    assert.match(stderr, /photos\/zebra\.jpg: disk\/zebra\.png cannot be written: no space is left on the disk/);
    assert.deepEqual(place.list("disk"), ["plain.png"]);
  });

  it("shows a bar with the time left on a terminal", async (t) => {
    if (process.platform !== "linux" || !existsSync("/usr/bin/script")) {
      t.skip("there is nothing here that makes a terminal");
      return;
    }
    const command = `"${process.execPath}" "${PROGRAM}" run invert --out shown photos bad/text.jpg`;
    const shown = await new Promise<string>((resolve) => {
      const child = spawn("script", ["-qec", command, place.path("typescript")], {
        cwd: place.folder,
        stdio: ["ignore", "pipe", "inherit"],
      });
      let text = "";
      child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
      child.once("close", () => resolve(text));
    });
    assert.match(shown, /\[#+\.*\] \d\/8 files, \d+\.\d s left/);
    assert.match(shown, /bad\/text\.jpg: it is text, not a picture\r\n/);
    assert.match(shown, /8 files: 7 written, 1 failed; [\d.]+ kB → [\d.]+ kB/);
  });
});

/** Which files are meant, where results go, and that they are whole. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, it } from "node:test";
import { findInputs } from "../../cli/inputs.js";
import { sortOperands } from "../../cli/operands.js";
import { inOptions, readBytes, readColor } from "../../cli/options.js";
import { writeWhole } from "../../cli/outputs.js";
import { planTargets } from "../../cli/targets.js";
import { change, inBytes, inTime, inWords } from "../../cli/words.js";

const folder = mkdtempSync(path.join(tmpdir(), "pixelpool-cli-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const inFolder = (...parts: string[]) => path.join(folder, ...parts);

function put(...names: string[]): void {
  for (const name of names) {
    mkdirSync(path.dirname(inFolder(name)), { recursive: true });
    writeFileSync(inFolder(name), name);
  }
}

put(
  "photos/b.JPG",
  "photos/a.jpg",
  "photos/deep/c.webp",
  "photos/notes.txt",
  "photos/deep/[1].png",
  "photos/small/a.jpg",
);
put("sepia photo.jpg");

/** Names and kept folders. */
async function found(operands: readonly string[], without?: string) {
  const { inputs, missing } = await findInputs(operands, without);
  return {
    inputs: inputs.map(({ file, folder: kept }) => `${path.relative(folder, file)} in ${kept}`),
    missing: missing.map(({ message }) => message),
  };
}

describe("operands", () => {
  it("are steps where they begin with the name of a filter or are JSON, and else files", () => {
    const steps = ["resize width=3", "invert", '{"kind":"invert"}', '[{"kind":"invert"}]', "inverd x=1"];
    const files = ["a.jpg", "./invert", "photos/**/*.jpg", "{a,b}/*.jpg", "[ab].jpg", "my photo.jpg"];
    assert.deepEqual(sortOperands([...steps, ...files]), { steps, files });
  });

  it("are files where a file is there, unless it is called as a filter is", (t) => {
    const before = process.cwd();
    t.after(() => process.chdir(before));
    process.chdir(folder);
    put("invert", "word");
    assert.deepEqual(sortOperands(["sepia photo.jpg", "invert", "word"]), {
      steps: ["invert"],
      files: ["sepia photo.jpg", "word"],
    });
  });

  it("are no files where a step has lost its quotes", (t) => {
    const refused: [operands: string[], message: RegExp][] = [
      [
        ["gaussianBlur", "sigma=20", "./photos"],
        /^`sigma=20` is a parameter of gaussianBlur; .*: "gaussianBlur sigma=20"$/,
      ],
      [["resize", "width=9", "height=8", "a.jpg"], /: "resize width=9 height=8"$/],
      [["resize width=9", "height=8"], /: "resize width=9 height=8"$/],
      [["gaussianBlur", "./photos", "sigma=20"], /: "gaussianBlur sigma=20"$/],
      [["formula", "r=r * 1.2"], /: "formula r='r \* 1\.2'"$/],
      [["gaussianBlur", "sgma=20"], /^"sgma=20" is no file, and sgma is no parameter of gaussianBlur;/],
    ];
    for (const [operands, message] of refused) {
      assert.throws(() => sortOperands(operands), { name: "Usage", message });
    }
    const before = process.cwd();
    t.after(() => process.chdir(before));
    process.chdir(folder);
    put("sigma=20");
    const others = ["sigma=20", "year=2024/*.jpg", "photos", "other=3"];
    assert.deepEqual(sortOperands(["gaussianBlur", ...others]), { steps: ["gaussianBlur"], files: others });
  });

  it("that are neither are refused with the nearest filter", () => {
    assert.throws(
      () => sortOperands(["inverd"]),
      /no filter "inverd", and no file or folder of that name; did you mean invert/,
    );
    assert.throws(() => sortOperands([" "]), /an empty text/);
  });
});

describe("inputs", () => {
  it("are all pictures of a folder, whatever the case of their endings, with their folders", async () => {
    const inputs = [
      "photos/a.jpg in ",
      "photos/b.JPG in ",
      "photos/deep/[1].png in deep",
      "photos/deep/c.webp in deep",
    ];
    assert.deepEqual(await found([inFolder("photos")], inFolder("photos/small")), { inputs, missing: [] });
  });

  it("are those of a pattern, with the folders below its fixed part", async () => {
    const { inputs } = await found([inFolder("photos/**/*.jpg")]);
    assert.deepEqual(inputs, ["photos/a.jpg in ", "photos/small/a.jpg in small"]);
    assert.deepEqual((await found([inFolder("*/deep/*.webp")])).inputs, ["photos/deep/c.webp in photos/deep"]);
  });

  it("are single files as they are named, once", async () => {
    const file = inFolder("photos/deep/[1].png");
    assert.deepEqual((await found([file, file, inFolder("photos/deep")])).inputs, [
      "photos/deep/[1].png in ",
      "photos/deep/c.webp in ",
    ]);
  });

  it("are not behind links to folders, nor hidden, but behind links to files and in folders that are named", async () => {
    put("linked/a.jpg", "elsewhere/b.jpg", "linked/.hidden/c.jpg", "linked/.d.jpg");
    symlinkSync(inFolder("elsewhere"), inFolder("linked/folder"));
    symlinkSync(inFolder("elsewhere"), inFolder("linked/like.jpg"));
    symlinkSync(inFolder("elsewhere/b.jpg"), inFolder("linked/file.jpg"));
    symlinkSync(inFolder("linked"), inFolder("linked/around"));
    const inputs = ["linked/a.jpg in ", "linked/file.jpg in "];
    for (const operand of ["linked", "linked/**/*.jpg"]) {
      assert.deepEqual(await found([inFolder(operand)]), { inputs, missing: [] });
    }
    assert.deepEqual((await found([inFolder("linked/folder")])).inputs, ["linked/folder/b.jpg in "]);
  });

  it("that are missing are told with the reason", async () => {
    mkdirSync(inFolder("empty"), { recursive: true });
    const { missing } = await found([inFolder("none.jpg"), inFolder("*.gif"), inFolder("empty")]);
    const messages = ["there is no such file", "the pattern matches no file", "the folder has no pictures"];
    assert.deepEqual(missing, messages);
  });
});

describe("targets", () => {
  const targets = (files: readonly string[], type: string) =>
    planTargets(
      files.map((file) => ({ file, folder: path.dirname(file) === "." ? "" : path.dirname(file) })),
      "out",
      type,
    ).map(({ target }) => target);

  it("have the ending of the type, or keep theirs", () => {
    assert.deepEqual(targets(["a.jpg", "x/b.jpeg", "c.tar.png"], "image/webp"), [
      "out/a.webp",
      "out/x/b.webp",
      "out/c.tar.webp",
    ]);
    assert.deepEqual(targets(["a.JPG", "b.png", "c.webp"], "source"), ["out/a.JPG", "out/b.png", "out/c.webp"]);
  });

  it("are not known before files are read whose type is not kept", () => {
    assert.deepEqual(targets(["a.gif", "b"], "source"), [undefined, undefined]);
  });

  it("of two files must differ", () => {
    assert.throws(() => targets(["a.jpg", "a.png"], "image/webp"), /a\.jpg and a\.png would both become out\/a\.webp$/);
    const many = Array.from(
      { length: 9 },
      (_, index) => `a.${"jpg jpeg png gif bmp tif tiff avif heic".split(" ")[index]}`,
    );
    assert.throws(() => targets(many, "image/webp"), /\n {2}and 3 more$/);
  });
});

describe("a result", () => {
  it("is whole under its name, in folders that are made for it", async () => {
    await writeWhole(inFolder("out/deep/a.txt"), new Blob(["all of it"]), false);
    assert.deepEqual(readdirSync(inFolder("out/deep")), ["a.txt"]);
    assert.equal(readFileSync(inFolder("out/deep/a.txt"), "utf8"), "all of it");
  });

  it("takes no name that is taken, but where it is to overwrite", async () => {
    put("taken/a.txt");
    await assert.rejects(writeWhole(inFolder("taken/a.txt"), new Blob(["new"]), false), { code: "EEXIST" });
    assert.equal(readFileSync(inFolder("taken/a.txt"), "utf8"), "taken/a.txt");
    await writeWhole(inFolder("taken/a.txt"), new Blob(["new"]), true);
    assert.equal(readFileSync(inFolder("taken/a.txt"), "utf8"), "new");
    assert.deepEqual(readdirSync(inFolder("taken")), ["a.txt"]);
  });

  it("that cannot be written leaves nothing behind", async () => {
    put("full/other.txt");
    const broken = new (class extends Blob {
      override arrayBuffer = () => Promise.reject(Object.assign(new Error("full"), { code: "ENOSPC" }));
    })();
    await assert.rejects(writeWhole(inFolder("full/a.txt"), broken, true), { code: "ENOSPC" });
    assert.deepEqual(readdirSync(inFolder("full")), ["other.txt"]);
    await assert.rejects(writeWhole(inFolder("full/other.txt/a.txt"), new Blob(["a"]), true));
    symlinkSync(inFolder("full/loop"), inFolder("full/loop"));
    await assert.rejects(writeWhole(inFolder("full/loop/a.txt"), new Blob(["a"]), true));
  });
});

describe("options and words", () => {
  it("are read as people write them", () => {
    const bytes: [string, number][] = [
      ["200", 200],
      ["200kB", 200_000],
      ["1.5 MiB", 1_572_864],
      ["2g", 2e9],
    ];
    for (const [text, value] of bytes) assert.equal(readBytes(text), value);
    for (const text of ["", "0", "-1", "ten", "5 apples"]) assert.throws(() => readBytes(text), /number of bytes/);
    assert.equal(readColor("#abc"), "#abc");
    assert.deepEqual(readColor("1,2,3"), [1, 2, 3]);
    for (const text of ["red", "#12", "1,2", "1,2,300", "1,2,x"]) assert.throws(() => readColor(text), /#rrggbb/);
  });

  it("name options as the command line does", () => {
    assert.equal(inOptions("the 9 bytes of output.maxBytes"), "the 9 bytes of --max-bytes");
    assert.equal(inOptions("input.colorSpace, the pool's memoryLimit"), "--color-space, --memory-limit");
    const deep = 'which input.depth keeps: they need output "pixels" or the type image/png';
    assert.equal(inOptions(deep), "which --depth keeps: they need --type png");
  });

  it("tell sizes, times and failures", () => {
    assert.deepEqual([0, 999, 1000, 1_234_567, 123_456_789].map(inBytes), [
      "0 B",
      "999 B",
      "1.0 kB",
      "1.2 MB",
      "123 MB",
    ]);
    assert.deepEqual([change(100, 29), change(100, 120), change(0, 1)], ["−71 %", "+20 %", "+0 %"]);
    assert.deepEqual([inTime(1234), inTime(65_000), inTime(3_725_000)], ["1.2 s", "1 min 5 s", "1 h 2 min"]);
    assert.equal(inWords(Object.assign(new Error("ENOSPC: …"), { code: "ENOSPC" })), "no space is left on the disk");
    assert.equal(inWords(new Error("else")), "else");
  });
});

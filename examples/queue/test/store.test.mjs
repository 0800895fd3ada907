import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { LARGEST_FILE } from "../names.mjs";
import { folderStore } from "../store-folder.mjs";
import { s3Store } from "../store-s3.mjs";
import { namesIn } from "./batch.mjs";
import { env, startFakeS3 } from "./fake-s3.mjs";

const bytes = (/** @type {string} */ text) => new Uint8Array(new TextEncoder().encode(text));
const HARD = "a folder/ü +%&?#'().jpg";

const folder = mkdtempSync(path.join(tmpdir(), "pixelpool-store-"));
/** @type {Awaited<ReturnType<typeof startFakeS3>>} */
let s3;
before(async () => {
  s3 = await startFakeS3();
});
after(() => {
  s3.stop();
  rmSync(folder, { recursive: true });
});

const openFolder = () => folderStore(path.join(folder, "new"));
const openS3 = () => s3Store(`${s3.address}/prefix`, env);

for (const [name, open] of Object.entries({ "a folder": openFolder, S3: openS3 })) {
  describe(`a store that is ${name}`, () => {
    it("has what was written, whatever its name, and nothing else", async () => {
      const store = open();
      assert.equal(await store.has(HARD), false);
      await store.write(HARD, bytes("one"));
      await store.write(HARD, bytes("one"));
      assert.equal(await store.has(HARD), true);
      assert.deepEqual(await store.read(HARD), bytes("one"));
      assert.equal(await store.has("a folder"), false);
      await assert.rejects(store.read("b.jpg"), { code: "not-found", message: /b\.jpg/ });
    });

    it("takes no name that leads out of it", async () => {
      const store = open();
      for (const wrong of ["../a", "a/../../b", "/etc/passwd", "a//b", "", ".", "a\\b", "a\0", "a/"]) {
        await assert.rejects(async () => store.read(wrong), { code: "invalid-name" }, wrong);
        await assert.rejects(async () => store.write(wrong, bytes("")), { code: "invalid-name" }, wrong);
        await assert.rejects(async () => store.has(wrong), { code: "invalid-name" }, wrong);
      }
    });
  });
}

describe("a folder", () => {
  it("holds a result once, and nothing unfinished, whoever writes it at the same time", async () => {
    const place = path.join(folder, "together");
    const large = new Uint8Array(300_000).fill(7);
    await Promise.all(Array.from({ length: 12 }, () => folderStore(place).write("a/b.jpg", large)));
    assert.deepEqual(await folderStore(place).read("a/b.jpg"), large);
    assert.deepEqual(namesIn(place), ["a/b.jpg"]);
  });

  it("loses what a writer that was killed has left, with the next one", async () => {
    const place = path.join(folder, "killed");
    const store = folderStore(place);
    await store.write("a.jpg", bytes("a"));
    const [ours] = readdirSync(path.join(place, ".unfinished"));
    assert.equal(ours, undefined);
    const left = path.join(place, ".unfinished", HASH_OF_B);
    mkdirSync(left, { recursive: true });
    writeFileSync(path.join(left, "half"), "h");
    await store.write("b.jpg", bytes("whole"));
    assert.deepEqual(namesIn(place), ["a.jpg", "b.jpg"]);
  });

  it("tells for good what cannot be written for good", async () => {
    const store = folderStore(path.join(folder, "refuses"));
    await store.write("file", bytes("a"));
    await store.write("folder/file", bytes("a"));
    await assert.rejects(store.write("file/below", bytes("b")), { code: "store-refused" });
    await assert.rejects(store.write("folder", bytes("b")), { code: "store-refused" });
    await assert.rejects(store.read("file/below"), { code: "not-found" });
    await assert.rejects(store.read("folder"), { code: "not-found" });
    assert.deepEqual(namesIn(path.join(folder, "refuses")), ["file", "folder/file"]);
  });
});

/** Of `b.jpg`, as the store names what is unfinished. */
const HASH_OF_B = "7a11ab94584454526cb0479a2e3b96aa";

describe("S3", () => {
  it("is told by its answers whether another try may help", async () => {
    const store = openS3();
    const codes = {
      400: "refused",
      401: "refused",
      403: "refused",
      408: "unreachable",
      429: "unreachable",
      503: "unreachable",
      507: "full",
    };
    for (const [status, code] of Object.entries(codes)) {
      s3.answers.set(
        "prefix/c.jpg",
        Array.from({ length: 3 }, () => Number(status)),
      );
      await assert.rejects(store.read("c.jpg"), { code: `store-${code}` });
      await assert.rejects(store.has("c.jpg"), { code: `store-${code}` });
      await assert.rejects(store.write("c.jpg", bytes("c")), { code: `store-${code}` });
    }
    assert.equal(s3.objects.has("prefix/c.jpg"), false);
  });

  it("may be out of reach, and wants its keys", async () => {
    await assert.rejects(s3Store("http://127.0.0.1:9/bucket", env).read("a"), { code: "store-unreachable" });
    await assert.rejects(s3Store(s3.address, { ...env, AWS_SECRET_ACCESS_KEY: "other" }).read("a"), {
      code: "store-refused",
    });
    assert.throws(() => s3Store(s3.address, {}), { code: "store-refused" });
  });

  it("gives no file that is too large to be held", async () => {
    const huge = Object.assign(Buffer.alloc(0), {});
    Object.defineProperty(huge, "length", { value: LARGEST_FILE + 1 });
    s3.objects.set("prefix/huge.jpg", huge);
    await assert.rejects(openS3().read("huge.jpg"), { code: "too-large" });
  });
});

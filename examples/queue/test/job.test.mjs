import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { codeIn, codeOf, Failure, forQueue } from "../failures.mjs";
import { checkJob, folderOf, makeJob } from "../job.mjs";

const work = { chain: ["grayscale"], output: { type: "image/jpeg" } };

describe("a job", () => {
  it("names its result by its file, with an ending that fits, in the folder of its work", () => {
    const results = ["a.jpg", "b/A.JPEG", "a.png", "a.png.jpg"].map((name) => makeJob(name, work).data.target);
    const folder = folderOf(work);
    assert.deepEqual(results, [`${folder}/a.jpg`, `${folder}/b/A.JPEG`, `${folder}/a.png.jpg`, `${folder}/a.png.jpg`]);
    const others = [
      { ...work, chain: ["invert"] },
      { ...work, output: { type: "image/jpeg", quality: 0.5 } },
      { ...work, input: { shrink: "fast" } },
    ];
    assert.equal(new Set([work, ...others].map(folderOf)).size, 4);
  });

  it("is the same for the same file and work, and passes its own check", () => {
    const { id, data } = makeJob("a.jpg", work);
    assert.deepEqual(makeJob("a.jpg", structuredClone(work)), { id, data });
    assert.notEqual(makeJob("b.jpg", work).id, id);
    assert.deepEqual(checkJob(JSON.parse(JSON.stringify(data))), data);
  });

  it("is not larger than Redis should hold", () => {
    const chain = [{ kind: "lut3d", cube: "0 0 0\n".repeat(50_000) }];
    assert.throws(() => makeJob("a.jpg", { ...work, chain }), { code: "too-large", message: /every job/ });
  });
});

describe("a failure", () => {
  it("is tried again only where that may help, and keeps its code on the way through Redis", () => {
    /** @type {[unknown, string, boolean][]} */
    const cases = [
      [new Failure("store-unreachable", "a: b"), "store-unreachable", true],
      [Object.assign(new Error("gone"), { code: "worker-lost" }), "worker-lost", true],
      [Object.assign(new Error("ended"), { code: "closed" }), "closed", true],
      [Object.assign(new Error("broken"), { code: "decode-failed" }), "decode-failed", false],
      [Object.assign(new Error("HEIC"), { code: "unsupported" }), "unsupported", false],
      [Object.assign(new Error("x"), { code: "ENOENT" }), "unexpected", true],
      ["a text", "unexpected", true],
    ];
    for (const [thrown, code, isTriedAgain] of cases) {
      const error = forQueue(thrown);
      assert.deepEqual([codeOf(thrown), codeIn(error.message)], [code, code]);
      assert.equal(error.name !== "UnrecoverableError", isTriedAgain, code);
    }
    assert.equal(codeIn("job stalled more than allowable limit"), "stalled");
    assert.equal(codeIn("Missing key for job 7. moveToFinished"), "unexpected");
  });
});

/** Which mode a pool gets, and the words for why: they must be true where they are said. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { chooseMode } from "../../src/wasm.js";

const page = { isBrowser: true, isServiceWorker: false, hasWorkers: true, isIsolated: true, hasSharedMemory: true };
/** Bun and Deno have workers, Node has none; all have shared memory and no page. */
const runtime = { ...page, isBrowser: false, isIsolated: false };
const node = { ...runtime, hasWorkers: false };

type Here = typeof page;
const reasonFor = (here: Here, threads?: number) => {
  const { mode, reason } = chooseMode("auto", threads, here);
  return `${mode}: ${reason}`;
};
const refusalOf = (mode: "shared" | "workers" | "single" | "auto", here: Here): string => {
  try {
    return `started: ${chooseMode(mode, undefined, here).mode}`;
  } catch (error) {
    const { name, code, message } = error as Error & { code: string };
    assert.deepEqual([name, code], ["PixelpoolError", "unsupported"]);
    return message;
  }
};

describe("mode auto", () => {
  it("takes threads over one memory in an isolated page", () => {
    assert.equal(reasonFor(page), "shared: the page is cross-origin isolated, so threads share one memory");
  });

  it("takes workers in other pages, and tells a page that is not isolated from a browser without shared memory", () => {
    const rest = "so every worker has an instance and a memory of its own";
    assert.equal(reasonFor({ ...page, isIsolated: false }), `workers: the page is not cross-origin isolated, ${rest}`);
    assert.equal(
      reasonFor({ ...page, isIsolated: false, hasSharedMemory: false }),
      `workers: the page is not cross-origin isolated, ${rest}`,
    );
    assert.equal(
      reasonFor({ ...page, hasSharedMemory: false }),
      `workers: the page is cross-origin isolated, but this browser has no SharedArrayBuffer, ${rest}`,
    );
  });

  it("speaks of no page where there is none", () => {
    assert.equal(
      reasonFor(runtime),
      "workers: threads share a memory in browsers only, which this is not, so every worker has an instance and a memory of its own",
    );
  });

  it("says that threads which were asked for are not to be had", () => {
    const reason = "single: there are no Web Workers here, so everything runs on one thread";
    assert.equal(reasonFor(node), reason);
    assert.equal(reasonFor(node, 1), reason);
    assert.equal(reasonFor(node, 2), `${reason}, not on the 2 that were asked for`);
  });
});

describe("a mode that cannot be had", () => {
  it("is refused with what is missing, and advice that helps there", () => {
    const isolated = "needs a cross-origin isolated page: send Cross-Origin-Opener-Policy: same-origin and";
    const unisolated = `mode "shared" ${isolated} Cross-Origin-Embedder-Policy: require-corp`;
    assert.equal(refusalOf("shared", { ...page, isIsolated: false }), unisolated);
    assert.equal(refusalOf("shared", { ...page, isIsolated: false, hasSharedMemory: false }), unisolated);
    assert.equal(
      refusalOf("shared", { ...page, hasSharedMemory: false }),
      'mode "shared" needs SharedArrayBuffer, which this browser lacks though the page is isolated',
    );
    assert.equal(
      refusalOf("shared", runtime),
      'mode "shared" is for browsers, which this is not; mode "workers" uses every core here',
    );
    for (const mode of ["shared", "workers"] as const) {
      const message = `mode "${mode}" needs Web Workers, which are missing here; modes "auto" and "single" do without`;
      assert.equal(refusalOf(mode, node), message);
      assert.equal(refusalOf(mode, { ...page, hasWorkers: false }), message);
    }
  });

  it("is every mode in a service worker, for the reason that is the cause", () => {
    const here = { ...page, isServiceWorker: true, hasWorkers: false, isIsolated: false };
    for (const mode of ["auto", "shared", "workers", "single"] as const) {
      assert.match(
        refusalOf(mode, here),
        /^a pool cannot run in a service worker, where import\(\) is not allowed: start it/,
      );
    }
  });

  it("is none that can be had", () => {
    for (const mode of ["shared", "workers", "single"] as const)
      assert.equal(refusalOf(mode, page), `started: ${mode}`);
    for (const mode of ["workers", "single"] as const) assert.equal(refusalOf(mode, runtime), `started: ${mode}`);
    assert.equal(refusalOf("single", node), "started: single");
  });
});

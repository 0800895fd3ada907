/** Which mode a pool gets, and the words for why: they must be true where they are said. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { chooseInPlace, chooseMode } from "../../src/modes.js";

const page = { isBrowser: true, isServiceWorker: false, hasWorkers: true, isIsolated: true, hasSharedMemory: true };
/** Node, Bun and Deno have workers and shared memory, and no page; others have less. */
const runtime = { ...page, isBrowser: false, isIsolated: false };
const edge = { ...runtime, hasWorkers: false };

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

  it("takes threads over one memory where there is no page to be isolated, and speaks of none", () => {
    assert.equal(reasonFor(runtime), "shared: memory can be shared here, so threads share one memory");
    assert.equal(
      reasonFor({ ...runtime, hasSharedMemory: false }),
      "workers: there is no SharedArrayBuffer here, so every worker has an instance and a memory of its own",
    );
  });

  it("says that threads which were asked for are not to be had", () => {
    const reason = "single: there are no workers here, so everything runs on one thread";
    assert.equal(reasonFor(edge), reason);
    assert.equal(reasonFor(edge, 1), reason);
    assert.equal(reasonFor(edge, 2), `${reason}, not on the 2 that were asked for`);
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
      refusalOf("shared", { ...runtime, hasSharedMemory: false }),
      'mode "shared" needs SharedArrayBuffer, which is missing here; mode "workers" uses every core too',
    );
    for (const mode of ["shared", "workers"] as const) {
      const message = `mode "${mode}" needs workers, which are missing here; modes "auto" and "single" do without`;
      assert.equal(refusalOf(mode, edge), message);
      assert.equal(refusalOf(mode, { ...page, hasWorkers: false }), message);
    }
  });

  it("is every mode in a service worker, for the reason that is the cause", () => {
    const here = { ...page, isServiceWorker: true, hasWorkers: false, isIsolated: false };
    for (const mode of ["auto", "shared", "workers", "single"] as const) {
      assert.match(
        refusalOf(mode, here),
        /^a service worker may not import what a pool needs when it starts: import createPool from "pixelpool\/static"/,
      );
    }
  });

  it("is none that can be had", () => {
    for (const mode of ["shared", "workers", "single"] as const)
      assert.equal(refusalOf(mode, page), `started: ${mode}`);
    for (const mode of ["shared", "workers", "single"] as const) {
      assert.equal(refusalOf(mode, runtime), `started: ${mode}`);
    }
    assert.equal(refusalOf("single", edge), "started: single");
  });
});

it("pixelpool/static has one mode, and says where others are to be had", () => {
  const reason = "pixelpool/static runs everything on the thread that has imported it";
  for (const mode of ["auto", "single"] as const) assert.deepEqual(chooseInPlace(mode), { mode: "single", reason });
  for (const mode of ["shared", "workers"] as const) {
    const message = `mode "${mode}" needs workers, which pixelpool/static does not start: import createPool from "pixelpool"`;
    assert.throws(() => chooseInPlace(mode), { code: "unsupported", parameter: "mode", message });
  }
});

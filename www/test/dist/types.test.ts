/**
 * The packed tarball, in the hands of people who write TypeScript: the oldest that the package promises and the newest, under
 * their strictest options, with the declarations of the package checked too (`skipLibCheck: false`).
 */
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { publint } from "publint";
import { examples, moduleOf } from "../readme.js";
import { type Consumer, execute, installTarball, root } from "./consumer.js";

const OLDEST = "typescript-5.2";
const NEWEST = "typescript-7";
/** The one that the package is made with. */
const OWN = "typescript";

const STRICTEST = {
  noEmit: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noFallthroughCasesInSwitch: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noPropertyAccessFromIndexSignature: true,
  noUncheckedIndexedAccess: true,
  isolatedModules: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
  target: "es2022",
  types: [] as string[],
};

/** Where there is neither a document nor an element, but all else that the browser has. */
const WORKER = `import { createPool } from "pixelpool";

export async function work(bitmap: ImageBitmap, canvas: OffscreenCanvas, file: File): Promise<void> {
  const pool = await createPool();
  (await pool.apply("invert", bitmap)) satisfies ImageBitmap;
  (await pool.apply("invert", canvas)) satisfies ImageBitmap;
  (await pool.apply("invert", file)) satisfies ImageData;
  // @ts-expect-error -- it is ImageData
  (await pool.apply("invert", file)) satisfies Blob;
  // @ts-expect-error -- an address is no image
  await pool.apply("invert", "a.png");
}
`;

/** Where there is nothing of a browser. */
const SERVER = `import { readFile } from "node:fs/promises";
import { createPool } from "pixelpool";

export async function serve(): Promise<void> {
  const pool = await createPool({ wasm: await readFile("a.wasm") });
  const { data, width, height } = await pool.apply("invert", new Blob([await readFile("a.png")]));
  data satisfies Uint8ClampedArray;
  [width, height] satisfies number[];
  const bytes = await pool.apply("invert", await readFile("a.png"));
  if ("width" in bytes) bytes.data satisfies Uint8ClampedArray;
  else bytes satisfies Uint8Array;
  // @ts-expect-error -- an address is no image
  await pool.apply("invert", "a.png");
}
`;

/** An engine with filters of its own: examples/own-filter, as `scripts/own.mjs` has written it. */
const ENGINE = path.join(root, "examples/own-filter/engine");
const OWN_FILTER = `import { createPool, type Pool, type UserFunctions } from "pixelpool";
import { filters, type OwnFilter } from "./engine/filters.js";

export async function work(file: File): Promise<Pool<UserFunctions, OwnFilter>> {
  const pool = await createPool({ wasm: { threads: "threads.wasm", plain: "plain.wasm" }, filters });
  (await pool.apply(["invert", { kind: "edgeGlow", glow: "dark" }, "posterizeHue"], file, 2)) satisfies ImageData;
  // @ts-expect-error -- no such word
  await pool.apply({ kind: "edgeGlow", glow: "pink" }, file);
  // @ts-expect-error -- no such parameter
  await pool.apply({ kind: "posterizeHue", hue: 3 }, file);
  // @ts-expect-error -- no such filter
  await pool.apply("posterizeHues", file);
  return pool;
}
`;

describe("the types of the packed tarball", () => {
  let consumer: Consumer;
  const all = examples.map((_, index) => `readme-${index + 1}.ts`);
  const disposing = all.filter((_, index) => examples[index]?.includes("await using"));

  before(() => {
    consumer = installTarball();
    consumer.write("results.ts", readFileSync(path.join(import.meta.dirname, "results.ts"), "utf8"));
    for (const [index, name] of all.entries()) consumer.write(name, moduleOf(examples[index] ?? ""));
    consumer.write("worker.ts", WORKER);
    consumer.write("server.ts", SERVER);
    consumer.write("own.ts", OWN_FILTER);
    for (const name of ["filters.js", "filters.d.ts"])
      consumer.write(`engine/${name}`, readFileSync(path.join(ENGINE, name), "utf8"));
  });

  after(() => consumer.remove());

  /** Compiles files of the project; what the compiler says against them is in the error. */
  function compile(typescript: string, files: string[], options: object): void {
    const compilerOptions = { ...STRICTEST, ...options };
    consumer.write("tsconfig.json", JSON.stringify({ compilerOptions, files }));
    execute(process.execPath, [path.join(root, "node_modules", typescript, "bin/tsc"), "-p", "."], consumer.folder);
  }

  test("there are examples with `await using`, and more without", () => {
    assert.ok(disposing.length > 0 && disposing.length < all.length);
  });

  for (const typescript of [OLDEST, OWN, NEWEST]) {
    test(`${typescript}, a bundler, a library without AsyncDisposable: results and the README`, () => {
      const files = ["results.ts", ...all.filter((name) => !disposing.includes(name))];
      compile(typescript, files, { lib: ["ES2022", "DOM"], module: "esnext", moduleResolution: "bundler" });
    });
  }

  for (const typescript of [OLDEST, NEWEST]) {
    test(`${typescript}, node16, AsyncDisposable alone beside that: results and the README`, () => {
      const lib = ["ES2022", "ESNext.Disposable", "DOM"];
      compile(typescript, ["results.ts", ...all], { lib, module: "node16", moduleResolution: "node16" });
    });

    test(`${typescript}, nodenext, the newest library: results and the README`, () => {
      const lib = ["ESNext", "DOM"];
      compile(typescript, ["results.ts", ...all], { lib, module: "nodenext", moduleResolution: "nodenext" });
    });
  }

  for (const typescript of [OLDEST, OWN, NEWEST]) {
    test(`${typescript}: filters of an engine's own`, () => {
      compile(typescript, ["own.ts"], { lib: ["ES2022", "DOM"], module: "nodenext" });
    });
  }

  test("need no document: a worker", () => {
    compile(NEWEST, ["worker.ts"], { lib: ["ES2022", "WebWorker"], module: "nodenext" });
  });

  test("need no browser: Node", () => {
    const typeRoots = [path.join(root, "node_modules/@types")];
    compile(NEWEST, ["server.ts"], { lib: ["ES2022"], types: ["node"], typeRoots, module: "nodenext" });
  });

  test("publint has nothing to say", async () => {
    const bytes = readFileSync(consumer.tarball);
    const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const { messages } = await publint({ pack: { tarball }, strict: true });
    assert.deepEqual(messages, []);
  });

  test("arethetypeswrong finds nothing wrong with any entry of a package of ES modules", async () => {
    const result = await checkPackage(createPackageFromTarballData(readFileSync(consumer.tarball)));
    assert.ok(result.types);
    assert.ok(Object.keys(result.entrypoints).length >= 5);
    // What its profile «esm-only» leaves out: the resolutions that know no exports, or no ES modules.
    const left: readonly string[] = ["node10", "node16-cjs"];
    const wrong = result.problems.filter((one) => !("resolutionKind" in one && left.includes(one.resolutionKind)));
    assert.deepEqual(wrong, []);
  });
});

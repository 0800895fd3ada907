/** Files in the page of a test: they go in and come out in base64, since only JSON does. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { CodecInstance } from "../../src/codec-instance.js";
import { withPage, type modes } from "./page.js";

const ROOT = path.resolve(import.meta.dirname, "../../..");

/** A file of the folder of tests, in base64. */
export const fixture = (name: string) => readFileSync(path.join(ROOT, "tests", name)).toString("base64");

export const base64 = (bytes: Uint8Array | readonly number[]) => Buffer.from(bytes).toString("base64");
export const fromBase64 = (text: string) => Uint8Array.from(Buffer.from(text, "base64"));

/** A codec that the package carries, in this process. */
export async function codecHere(name: "jpeg" | "webp"): Promise<CodecInstance> {
  const { wasm } = (await import(path.join(ROOT, `dist/codec-${name}.js`))) as { wasm: string };
  return new CodecInstance(new WebAssembly.Module(gunzipSync(Buffer.from(wasm, "base64"))));
}

/** What a page has beside the package. */
export interface Tools {
  /** With a name it is a `File`. */
  fileOf(base64: string, name?: string): Blob;
  base64Of(file: Blob): Promise<string>;
  /** What an outcome's reason says. */
  failure(work: Promise<unknown>): Promise<{ code: string; parameter: string; message: string }>;
}

function addTools(): void {
  const fileTools: Tools = {
    fileOf: (base64, name) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      return name === undefined ? new Blob([bytes]) : new File([bytes], name);
    },
    base64Of: async (file) =>
      btoa(Array.from(new Uint8Array(await file.arrayBuffer()), (byte) => String.fromCharCode(byte)).join("")),
    failure: (work) =>
      work.then(
        () => ({ code: "", parameter: "", message: "it has not failed" }),
        (error: unknown) => {
          const { code = "", parameter = "", message = "" } = error as Record<string, string>;
          return { code, parameter, message };
        },
      ),
  };
  Object.assign(globalThis, { fileTools });
}
declare global {
  var fileTools: Tools;
}

const results = new Map<unknown, unknown>();

/** What a page gives, which is the same in every mode: `work` runs there. */
export async function inPage<Given extends object, Result>(
  { mode, isolated }: (typeof modes)[number],
  work: (given: Given & { mode: (typeof modes)[number]["mode"] }) => Promise<Result>,
  given: Given,
): Promise<Result> {
  let result: Result | undefined;
  await withPage(isolated, async (tab) => {
    await tab.evaluate(addTools, undefined);
    result = await tab.evaluate(work, { ...given, mode });
  });
  const key = String(work);
  if (results.has(key)) assert.deepEqual(result, results.get(key), "it is the same in every mode");
  results.set(key, result);
  return result as Result;
}

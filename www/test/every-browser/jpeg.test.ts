/** JPEG files in the browser that TEST_BROWSER names: the pixels of libjpeg-turbo, and the same file everywhere for the same pixels. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { gunzipSync } from "node:zlib";
import { CodecInstance } from "../../src/codec-instance.js";
import type { Tab } from "../drivers.js";
import { browserName, modes, withPage } from "./page.js";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const FIXTURES = path.join(ROOT, "tests/jpeg/decode");

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** Files that libjpeg-turbo has written, and the beginnings of the hashes of the pixels that it reads. */
const files = readFileSync(path.join(FIXTURES, "expected.txt"), "utf8")
  .trim()
  .split("\n")
  .map((line) => line.split(" "))
  .filter(([, scale]) => scale === "1")
  .map(([name = "", , width, height, state, hash]) => ({
    name,
    base64: readFileSync(path.join(FIXTURES, `${name}.jpg`)).toString("base64"),
    want: state === "whole" ? [Number(width), Number(height), hash] : "damaged",
  }));

/** The codec that the package carries, in this process. */
async function codecHere(): Promise<CodecInstance> {
  const { wasm } = (await import(path.join(ROOT, "dist/codec-jpeg.js"))) as { wasm: string };
  return new CodecInstance(new WebAssembly.Module(gunzipSync(Buffer.from(wasm, "base64"))));
}

/** Pixels of every colour and alpha, in base64. */
function pixels(width: number, height: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    { length: width * height * 4 },
    (_, i) => (i * 7 + (i >> 8) * 3 + (i % 4 === 3 ? 90 : 0)) & 255,
  );
}

/** What a page gives. */
async function inPage<Result>(isolated: boolean, work: (tab: Tab) => Promise<Result>): Promise<Result> {
  let result: Result | undefined;
  await withPage(isolated, async (tab) => {
    result = await work(tab);
  });
  return result as Result;
}

for (const { mode, isolated } of modes) {
  describe(`JPEG files in ${browserName}, mode ${mode}`, () => {
    it("have the pixels of libjpeg-turbo, and damaged ones are told", async () => {
      const got = await inPage(isolated, (tab) =>
        tab.evaluate(
          async ({ mode, files }) => {
            const pool = await pixelpool.createPool({ mode });
            const results: unknown[] = [];
            const batch = files.map(({ name, base64 }): [string, File] => {
              const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
              return [name, new File([bytes], `${name}.jpg`)];
            });
            for await (const settled of pool.imap([], batch, { output: "imageData" })) {
              if (settled.status === "rejected") {
                results.push([settled.reason.code, settled.reason.message]);
                continue;
              }
              const { data, width, height } = settled.image;
              const digest = await crypto.subtle.digest("SHA-256", new Uint8Array(data));
              const hash = [...new Uint8Array(digest, 0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
              results.push([width, height, hash]);
            }
            await pool.close();
            return results;
          },
          { mode, files: files.map(({ name, base64 }) => ({ name, base64 })) },
        ),
      );
      assert.ok(files.length > 50);
      for (const [i, { name, want }] of files.entries()) {
        if (want !== "damaged") assert.deepEqual(got[i], want, name);
        else {
          const [code, message] = got[i] as [string, string];
          assert.equal(code, "decode-failed", name);
          assert.match(
            message,
            new RegExp(`${name}\\.jpg" is a JPEG that is damaged or cut off: (byte \\d+: |it ends at byte)`),
          );
        }
      }
    });

    it("are the same file everywhere, on the background that was asked for", async () => {
      const [width, height] = [61, 47];
      const [opaque, clear] = [pixels(width, height), pixels(width, height)];
      for (let at = 3; at < opaque.length; at += 4) opaque[at] = 255;
      const codec = await codecHere();
      const white = [255, 255, 255] as const;
      const options = [
        { quality: 0.85, background: white, pixels: opaque },
        { quality: 0.3, background: white, pixels: clear },
        { quality: 1, background: [10, 200, 30] as const, pixels: clear },
        { quality: 0.6, background: white, chroma: "4:4:4" as const, progressive: true, pixels: opaque },
      ];
      const wanted = options.map(({ pixels, ...given }) =>
        sha256(
          codec.encode({ width, height, bytes: () => pixels }, { ...given, quality: Math.round(given.quality * 100) }),
        ),
      );
      const got = await inPage(isolated, (tab) =>
        tab.evaluate(
          async ({ mode, width, height, options }) => {
            const pool = await pixelpool.createPool({ mode });
            const hashes: string[] = [];
            for (const { background, pixels, ...rest } of options) {
              const image = new ImageData(Uint8ClampedArray.from(pixels), width, height);
              const rgb = `#${background.map((level) => level.toString(16).padStart(2, "0")).join("")}`;
              const output = { type: "image/jpeg", background: rgb, ...rest } as const;
              const file: Blob = await pool.apply([], image, undefined, { output });
              const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
              hashes.push([...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
            }
            await pool.close();
            return hashes;
          },
          { mode, width, height, options: options.map((option) => ({ ...option, pixels: [...option.pixels] })) },
        ),
      );
      assert.deepEqual(got, wanted);
    });
  });
}

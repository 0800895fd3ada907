/**
 * The encoder of lossy WebP that runs outside browsers, as a codec of the user's kind: libwebp as jSquash compiles it, with SIMD, as
 * all of the package's own WebAssembly wants it. In `dist/cli-webp.js`, which workers load with the first such file.
 */
import type { EncodeOptions, WebPModule } from "@jsquash/webp/codec/enc/webp_enc.js";
import factory from "@jsquash/webp/codec/enc/webp_enc_simd.js";
import wasm from "@jsquash/webp/codec/enc/webp_enc_simd.wasm";
import { defaultOptions } from "@jsquash/webp/meta.js";
import { gunzipSync } from "node:zlib";
import type { CodecPixels } from "../src/index.js";

let encoder: Promise<WebPModule> | undefined;

function load(): Promise<WebPModule> {
  const module = new WebAssembly.Module(gunzipSync(Buffer.from(wasm, "base64")));
  return factory({
    noInitialRun: true,
    instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) {
      const instance = new WebAssembly.Instance(module, imports);
      done(instance);
      return instance.exports;
    },
  });
}

type Pixels = Omit<CodecPixels, "data"> & { data: BufferSource };

export async function encode({ data, width, height }: Pixels, options: Partial<EncodeOptions>): Promise<Uint8Array> {
  encoder ??= load();
  const file = (await encoder).encode(data, width, height, { ...defaultOptions, ...options });
  if (!file) throw new Error("libwebp could not encode the image");
  return file;
}

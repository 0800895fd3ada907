/** What the package carries as text: base64 of gzipped bytes. */
import { moduleOfRuntime } from "./place.js";

/** The bytes. */
export async function unzip(base64: string): Promise<ArrayBuffer> {
  const bytes = fromBase64(base64);
  // Jest's jsdom hides what Node has of the web.
  if (typeof DecompressionStream !== "function") {
    const zlib = moduleOfRuntime("node:zlib") as { gunzipSync: (bytes: Uint8Array) => Uint8Array };
    return new Uint8Array(zlib.gunzipSync(bytes)).buffer;
  }
  // Not through a Blob, whose simulations in jsdom and elsewhere have no streams.
  const { readable, writable } = new DecompressionStream("gzip");
  const writer = writable.getWriter();
  // What goes wrong, whoever reads is told.
  writer.write(bytes).catch(() => undefined);
  writer.close().catch(() => undefined);
  return new Response(readable).arrayBuffer();
}

/** Where the browser does not do it itself, in a loop: a call for each character stops the page for 30 ms. */
function fromBase64(base64: string): Uint8Array<ArrayBuffer> {
  const { fromBase64: native } = Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> };
  if (native) return native.call(Uint8Array, base64);
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

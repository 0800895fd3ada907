/** Part 6: where each byte goes. Counted in the code, which is small enough for it; not measured. */
import { table } from "../statistics.js";
import type { Findings, Part } from "./part.js";

// prettier-ignore
const ROWS = [
  ["", "`shared`, kept", "`shared`, `transfer`", "`workers`, `single`, kept", "`workers`, `single`, `transfer`"],
  ["on the page", "**copied** into a room in wasm memory", "moved", "**copied** into a buffer, which is moved", "moved"],
  ["in the worker", "nothing", "**copied** into wasm memory", "**copied** into wasm memory", "**copied** into wasm memory"],
  ["point operations", "read there, written into a second buffer", "where they lie", "where they lie", "where they lie"],
  ["neighbourhoods", "read there, written into a second buffer", "the same", "the same", "the same"],
  ["the result", "**copied** into a recycled or new buffer, moved", "**copied** into the input's own buffer, moved", "**copied** into the buffer it came in, moved", "**copied** into the input's own buffer, moved"],
  ["on the page", "wrapped", "wrapped", "wrapped", "wrapped"],
  ["copies in all", "2", "2", "3", "2"],
  ["of them on the page's thread", "1", "0", "1", "0"],
  ["new buffers a batch needs", "one an image, none with `recycle`", "none", "one an image, none with `recycle`", "none"],
];

// prettier-ignore
const OTHERS = [
  ["other inputs", "on the page", "in workers", "the result"],
  ["encoded pictures", "files up to 1 MiB: their bytes are read, and moved; of longer ones the head is read, and they are sent as a handle", "decoded by their codec straight into the room of their job in wasm memory (of a JPEG or PNG that is not interlaced some rows at a time, as they are made; of others **copied** there)", "**copied** into a new buffer; moved, wrapped"],
  ["encoded, by the browser", "the same", "decoded by the browser, **copied** out of its frame, **copied** into wasm memory", "**copied** into the buffer it was decoded into; moved, wrapped"],
  ["the same, not opaque", "the same", "decoded, **copied** out twice (a frame shows that it is not opaque, a texture gives it exactly), **copied** into wasm memory", "the same"],
  ["`ImageBitmap`, canvas, `<img>`", "**copied** by the browser into a bitmap, which is moved; with `transfer`, a bitmap itself", "**copied** out of its frame, **copied** into wasm memory", "**copied** out, **copied** into a bitmap"],
  ["`VideoFrame`", "nothing: a second handle", "**copied** out of the frame, **copied** into wasm memory", "**copied** out, **copied** into a bitmap"],
  ["lists and typed arrays of numbers", "**copied** as 64-bit floats, moved", "**copied** into wasm memory", "**copied** into the buffer they came in, moved; **copied** into a list of the input's type, but for `Float64Array`"],
  ["`output` a bitmap or a file", "", "", "not copied out: a file's codec reads it in wasm memory, off the page's thread; one **copy** for a bitmap, or for a file that the browser writes"],
];

const measure = (): Promise<Findings> =>
  Promise.resolve({
    text: `Counted in the code, for pixels (\`ImageData\`, \`{ data, width, height }\`). "Moved" is a transfer: no byte is touched.

${table(ROWS)}

Rooms are lent by the engine as images come: an image for which none is free, the first ones of a pool among them, and one below
64 KiB travels in mode \`shared\` as in the others, one copy more. A view of a part of a buffer that is
given away has its result in another buffer, since the whole of the first went along.

${table(OTHERS)}

An image in flight counts three times its bytes against \`memoryLimit\`: a copy outside, which takes the result, the image in wasm
memory, and the second buffer there that neighbourhoods need. It counts four times where it is kept in mode \`shared\`: the room
that it lies in cannot take the result, and stays as it is until the end, so that the image can be run again if its worker is lost. Within a
filter 8-bit images are RGBA, so in wasm each of their pixels counts four bytes, whatever their channels.`,
  });

export const copies: Part = { title: "Where each byte goes", measure };

/**
 * What every runtime must do with the package, in the runtime's own hands: prints what came out, as JSON, and ends by itself. Its
 * arguments are the address of the package's module and the path of a photo.
 */
const { createPool } = await import(process.argv[2]);
const photo = process.getBuiltinModule("node:fs").readFileSync(process.argv[3]);

const shortHash = async (bytes) => {
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(hash, 0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
};

/** What a pool makes of the exercise, of nothing, and of an image; and of the same image, were it the only one. */
async function work(options) {
  const pool = await createPool(options);
  const batch = [
    [1, [10, 20, 30], 2],
    [2, [40, 50, 60], 3],
    [3, [70, 80, 90], 4],
    [4, [100, 110, 120], 5],
  ];
  const results = await pool.starmap("multiply", batch);
  const empty = await pool.starmap("multiply", []);
  const data = new Uint8ClampedArray(301 * 200 * 4).map((_, at) => Math.imul(at, 2654435761) >>> 24);
  const images = [1, 2, 3].map((id) => [id, { data, width: 301, height: 200 }, 2]);
  const [hashes, rare] = [[], []];
  for (const [, image] of await pool.starmap("gaussianBlur", images)) hashes.push(await shortHash(image.data));
  // A filter whose code is loaded with the first call of it.
  for (const [, image] of await pool.starmap("median", images)) rare.push(await shortHash(image.data));
  const given = await giveTwice(pool);
  const files = await filterFiles(pool);
  const sleeping = performance.now();
  await pool.starmap({ kind: "delay", milliseconds: 30 }, [[1, [0]]]);
  const hasSlept = performance.now() - sleeping >= 30;
  await pool.close();
  const closed = await pool.starmap("multiply", batch).catch(({ code }) => code);
  const { mode, threads, reason } = pool;
  return { mode, threads, reason, results, empty, hashes, rare, given, files, hasSlept, closed };
}

/** One buffer in two items, which both give away: the second is told so. */
async function giveTwice(pool) {
  const shared = { data: new Uint8Array(64).fill(5), width: 4, height: 4 };
  const twice = [
    [1, shared],
    [2, shared],
  ];
  const given = [];
  for await (const { image, reason } of pool.imap("invert", twice, { transfer: true })) {
    given.push(image ? image.data[0] : /given away/.test(reason.message));
  }
  return given;
}

async function* inParts(bytes) {
  for (let at = 0; at < bytes.length; at += 5000) yield bytes.subarray(at, at + 5000);
}

/** Files in every form that they come in, and what is none or cannot be read here: by its id, a file's hash or the error. */
async function filterFiles(pool) {
  const bmp = new Uint8Array(58);
  bmp.set([66, 77, 58, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40]);
  const batch = [
    ["buffer", photo],
    ["blob", new Blob([photo])],
    ["file", new File([photo], "photo.jpg", { type: "image/jpeg" })],
    ["response", new Response(photo)],
    ["stream", new Response(photo).body],
    ["parts", inParts(photo)],
    ["text", new Blob(["hello"])],
    ["BMP", new Blob([bmp])],
    ["cut off", new Blob([photo.subarray(0, 1000)])],
  ];
  const told = {};
  for await (const { id, image, reason } of pool.imap({ kind: "resize", width: 100 }, batch, {
    output: { type: "image/jpeg" },
  })) {
    told[id] = image ? await shortHash(await image.arrayBuffer()) : `${reason.code}: ${reason.message}`;
  }
  const webp = pool.apply("invert", photo, undefined, { output: { type: "image/webp" } });
  told.webp = await webp.then(
    ({ type }) => type,
    ({ code, message }) => `${code}: ${message}`,
  );
  return told;
}

try {
  const modes = ["auto", "workers", "single"];
  const pools = [];
  for (const mode of modes) pools.push(await work({ mode, threads: 2 }));
  console.log(JSON.stringify(pools));
} catch (error) {
  // The stack would be the package, which is one line.
  console.error(String(error));
  process.exitCode = 1;
}

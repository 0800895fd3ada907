/**
 * What every runtime must do with the package, in the runtime's own hands: prints what came out, as JSON, and ends by itself.
 * Its argument is the address of the package's module.
 */
const { createPool } = await import(process.argv[2]);

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
  const hashes = [];
  for (const [, image] of await pool.starmap("gaussianBlur", images)) {
    const hash = await crypto.subtle.digest("SHA-256", image.data);
    hashes.push([...new Uint8Array(hash, 0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
  }
  // One buffer in two items, which both give away: the second is told so.
  const shared = { data: new Uint8Array(64).fill(5), width: 4, height: 4 };
  const given = [];
  const twice = [
    [1, shared],
    [2, shared],
  ];
  for await (const { image, reason } of pool.imap("invert", twice, { transfer: true })) {
    given.push(image ? image.data[0] : /given away/.test(reason.message));
  }
  await pool.close();
  const closed = await pool.starmap("multiply", batch).catch(({ code }) => code);
  const { mode, threads, reason } = pool;
  return { mode, threads, reason, results, empty, hashes, given, closed };
}

try {
  const refused = await createPool({ mode: "shared" }).catch(({ name, code, message }) => ({ name, code, message }));
  console.log(JSON.stringify({ pools: [await work({ threads: 2 }), await work({ mode: "single" })], refused }));
} catch (error) {
  // The stack would be the package, which is one line.
  console.error(String(error));
  process.exitCode = 1;
}

/** What a pool does, in the runtime's own hands, about work that goes wrong and work that nobody wants any more: prints it as JSON. */
const { createPool } = await import(process.argv[2].replace("/dist/", "/target/faults/dist/"));

const image = () => ({ data: new Uint8Array(64 * 64 * 4).fill(5), width: 64, height: 64 });
const told = ({ image, reason }) => (image ? image.data[0] : reason.code);

async function work(mode) {
  const pool = await createPool({ mode, threads: 2 });
  const outcomes = {};
  for (const what of ["panic", "trap", "memory"]) {
    outcomes[what] = [];
    const batch = [
      [1, image()],
      [2, image(), { what: "none" }],
      [3, image()],
    ];
    for await (const settled of pool.imap({ kind: "fault", what }, batch)) outcomes[what].push(told(settled));
  }
  // Longer than the test waits for this program.
  const sleep = (pool, options) =>
    pool
      .starmap({ kind: "delay", milliseconds: 60_000 }, [[1, image()]], options)
      .catch(({ name, code }) => (name === "PixelpoolError" ? code : name));
  outcomes.cancelled = await sleep(pool, { signal: AbortSignal.timeout(50) });
  outcomes.afterwards = told({ image: await pool.apply("invert", image()) });
  const sleeping = sleep(pool);
  await pool.terminate();
  outcomes.terminated = await sleeping;
  return outcomes;
}

const modes = {};
for (const mode of ["shared", "workers", "single"]) modes[mode] = await work(mode);
console.log(JSON.stringify(modes));

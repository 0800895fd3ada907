/** A program that forgets to close its pool, and must end all the same where that has no workers. */
const { createPool } = await import(process.argv[2]);

const pool = await createPool();
console.log(JSON.stringify(await pool.starmap("multiply", [[1, [2, 3], 4]])));
globalThis.kept = pool;

/** For runtimes: prints what came out as JSON, and ends by itself. */
import { createPool } from "pixelpool";
import { tryPackage } from "./app.js";

const outcome = await tryPackage(createPool);
process.stdout.write(`${JSON.stringify(outcome)}\n`);

import { createPool } from "pixelpool";
import { paint } from "../paint.js";

// A bundler follows the address of a worker, so the function is served by one.
const functions = () => new Worker(new URL("./halftone.worker.js", import.meta.url), { type: "module" });
await paint(createPool, { function: "halftone" }, { functions });

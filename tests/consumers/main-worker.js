import { createPool } from "pixelpool";
import { tryPackage } from "./app.js";

/** For a page whose policy forbids workers from blobs: the bundler emits the package's script. */
const worker = () => new Worker(new URL("pixelpool/worker", import.meta.url));
tryPackage(createPool, { worker }).then((outcome) => (globalThis.outcome = outcome));

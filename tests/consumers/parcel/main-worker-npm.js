import { createPool } from "pixelpool";
import { tryPackage } from "./app.js";

/** Addresses of packages have a prefix in Parcel, which reads no `exports` unless it is told to. */
const worker = () => new Worker(new URL("npm:pixelpool/dist/worker.js", import.meta.url));
tryPackage(createPool, { worker }).then((outcome) => (globalThis.outcome = outcome));

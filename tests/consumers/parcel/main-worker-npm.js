import { createPool } from "pixelpool";
import { tryPackage } from "./app.js";

/** For a page whose policy forbids workers from blobs: Parcel emits the package's script, whose packages have a prefix in addresses. */
const worker = () => new Worker(new URL("npm:pixelpool/worker", import.meta.url));
tryPackage(createPool, { worker }).then((outcome) => (globalThis.outcome = outcome));

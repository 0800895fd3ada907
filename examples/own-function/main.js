import { createPool } from "pixelpool";
import { paint } from "./paint.js";

// Without a bundler the function is named by its module.
await paint(createPool, { module: new URL("./halftone.js", import.meta.url), name: "halftone" });

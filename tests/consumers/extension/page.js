import { createPool } from "./node_modules/pixelpool/dist/index.js";
import { tryPackage } from "./app.js";

globalThis.outcome = await tryPackage(createPool);

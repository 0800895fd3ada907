import { createPool } from "./node_modules/pixelpool/dist/index.js";
import { tryPackage } from "./app.js";

parent.postMessage(await tryPackage(createPool, { worker: "node_modules/pixelpool/dist/worker.js" }), "*");

/** A dedicated or a shared worker, as a module. */
import { createPool } from "./node_modules/pixelpool/dist/index.js";
import { tryPackage } from "./app.js";

const outcome = tryPackage(createPool);
if ("onconnect" in self) self.onconnect = async ({ ports: [port] }) => port.postMessage(await outcome);
else outcome.then((told) => postMessage(told));

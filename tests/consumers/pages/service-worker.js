/** As a module; its imports are static, as a service worker's must be. */
import { createPool } from "./node_modules/pixelpool/dist/static.js";
import { tryPackage } from "./app.js";

addEventListener("message", (event) => {
  event.waitUntil(tryPackage(createPool).then((outcome) => event.source.postMessage(outcome)));
});

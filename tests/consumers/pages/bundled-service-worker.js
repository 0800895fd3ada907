/** The same, to be bundled. */
import { createPool } from "pixelpool/static";
import { tryPackage } from "./app.js";

addEventListener("message", (event) => {
  event.waitUntil(tryPackage(createPool).then((outcome) => event.source.postMessage(outcome)));
});

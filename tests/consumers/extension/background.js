import { createPool } from "./node_modules/pixelpool/dist/static.js";
import { tryPackage } from "./app.js";

chrome.runtime.onMessage.addListener((_message, _sender, answer) => {
  tryPackage(createPool).then(answer);
  // The answer comes later.
  return true;
});

import { createPool } from "pixelpool";
import { tryPackage } from "./app.js";

tryPackage(createPool).then((outcome) => postMessage(outcome));

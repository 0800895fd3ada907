/** Everyone who is measured in the browser. */
import { canvas } from "./canvas.js";
import type { Rival } from "./contestant.js";
import { copy } from "./copy.js";
import { javascript } from "./javascript.js";
import { opencv } from "./opencv.js";
import { photon } from "./photon.js";
import { pica } from "./pica.js";
import { vips } from "./vips.js";

export const rivals: readonly Rival[] = [vips, opencv, photon, pica, canvas, javascript, copy];

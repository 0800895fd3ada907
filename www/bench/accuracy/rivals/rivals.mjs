/**
 * Those who are held against the same expected results. Each has a name, the package that it comes from, how it is called, and
 * `open`, which gives a function of a filter's name, all of its parameters, and a picture, that makes a picture; or nothing, where
 * there is no such filter, or not with these parameters.
 */
import { canvas } from "./canvas.mjs";
import { imageJs } from "./image-js.mjs";
import { opencv } from "./opencv.mjs";
import { photon } from "./photon.mjs";
import { vips } from "./vips.mjs";

export const rivals = [photon, opencv, vips, imageJs, canvas];

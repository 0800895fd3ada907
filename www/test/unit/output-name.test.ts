import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { outputName } from "../../src/output-name.js";

describe("the name of an output", () => {
  for (const [name, type, expected] of [
    ["IMG_1.JPG", "image/webp", "IMG_1.webp"],
    ["IMG_1.heic", "image/jpeg", "IMG_1.jpg"],
    ["photo.tiff", "image/png", "photo.png"],
    ["a.b.jpeg", "image/jpeg", "a.b.jpeg"],
    ["a.JPG", "image/jpeg", "a.JPG"],
    ["a.jfif", "image/jpeg", "a.jfif"],
    ["a.b.jpeg", "image/avif", "a.b.avif"],
    ["IMG_1", "image/png", "IMG_1.png"],
    ["version 1.5", "image/png", "version 1.5.png"],
    ["notes.jpg.txt", "image/jpeg", "notes.jpg.txt.jpg"],
    ["ends.", "image/png", "ends..png"],
    [".jpg", "image/webp", ".jpg.webp"],
    ["", "image/jpeg", ".jpg"],
    ["two\nlines.png", "image/jpeg", "two\nlines.jpg"],
    ["フォト.PNG", "image/jpeg", "フォト.jpg"],
    ["a.png", "image/x-other", "a.other"],
    ["a.other", "image/x-other", "a.other"],
    ["a.png", "image/svg+xml", "a.svg"],
    ["a.png", "image/vnd+xml", "a.vnd"],
  ] as const) {
    it(`${JSON.stringify(name)} as ${type} is ${JSON.stringify(expected)}`, () => {
      assert.equal(outputName(name, type), expected);
    });
  }
});

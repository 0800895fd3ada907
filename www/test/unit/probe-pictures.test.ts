import assert from "node:assert/strict";
import { test } from "node:test";
import { opaqueProbe, translucentProbe } from "../../src/probe-pictures.js";
import { readPng } from "../png.js";

test("the files of probes hold the pixels that they are said to hold", async () => {
  for (const { file, pixels } of [opaqueProbe, translucentProbe]) {
    const read = readPng(new Uint8Array(await file().arrayBuffer()));
    assert.deepEqual([read.width, read.height], [2, 2]);
    assert.deepEqual([...read.pixels], pixels);
  }
});

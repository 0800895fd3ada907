/** Pixels to be read, in a buffer or in a memory that grows. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inBuffer, viewOfBuffer, viewOfMemory } from "../../src/pixel-view.js";

describe("a view of pixels", () => {
  it("in a buffer has its bytes, and the buffer itself", () => {
    const buffer = Uint8Array.of(1, 2, 3, 4).buffer;
    const view = viewOfBuffer({ width: 1, height: 1, buffer });
    assert.deepEqual([...view.bytes()], [1, 2, 3, 4]);
    assert.equal(view.buffer(), buffer);
    assert.equal(view.ownBuffer(), buffer);
  });

  it("in a memory follows it when it grows, and makes one copy where a buffer is needed", () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    new Uint8Array(memory.buffer).set([1, 2, 3, 4], 100);
    let made = 0;
    const room = (length: number) => {
      made += 1;
      return new ArrayBuffer(length);
    };
    const view = viewOfMemory({ width: 1, height: 1, address: 100 }, 4, memory, room);
    assert.equal(view.ownBuffer(), undefined);
    memory.grow(1);
    view.bytes()[0] = 9;
    assert.deepEqual([...view.bytes()], [9, 2, 3, 4]);
    const copy = view.buffer();
    assert.deepEqual([...new Uint8Array(copy)], [9, 2, 3, 4]);
    assert.deepEqual([view.buffer(), view.ownBuffer(), made], [copy, copy, 1]);
    // Changed in a buffer, it stays what it is in the memory.
    inBuffer(view).bytes()[0] = 7;
    assert.deepEqual([view.bytes()[0], new Uint8Array(view.buffer())[0], made], [9, 7, 1]);
  });
});

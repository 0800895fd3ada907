/** Workers that decode for a coordinator know its codecs before they are asked, also those in the place of lost ones. */
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { locks } from "./fake-locks.js";
import { CodecPool } from "../../src/codec-pool.js";
import { hearOfLoss, useHelpers } from "../../src/helper-workers.js";
import type { FromWorker } from "../../src/protocol.js";
import { BY_BROWSER as read } from "./fake-workers.js";
import { until } from "./fake-dispatcher.js";

const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
const module = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));

/** A worker that says nothing unless it is told to. */
interface Member {
  own: string;
  port: MessagePort;
  /** What it was given, in order: the name of a codec, or the kind of a task. */
  told: string[];
}

const members: Member[] = [];
/** Those that are to be ended. */
const ends: string[] = [];
useHelpers("pool", (message: FromWorker) => {
  if (message.type === "endHelper") {
    ends.push(message.own);
    return;
  }
  assert.ok(message.type === "help" && message.role === "codec");
  const { lockNames, port } = message;
  const member: Member = { own: lockNames.own, port, told: [] };
  port.onmessage = ({ data }: MessageEvent<object | string>) => {
    if (typeof data === "string") member.told.push(data);
    else if (!("memory" in data)) member.told.push("use" in data ? String(data.use) : "task");
  };
  members.push(member);
});

afterEach(() => {
  for (const { port } of members.splice(0)) port.close();
});

const file = (pool: CodecPool) => pool.decode({ kind: "encoded", blob: new Blob(["a"]), read }, 0);
const answers = { value: { width: 1, height: 1, buffer: new ArrayBuffer(4) } };

describe("workers that decode", () => {
  it("start when files are expected, one of them, and take the first file", async () => {
    const pool = new CodecPool(2, memory);
    pool.expect();
    pool.expect();
    assert.equal(members.length, 1);
    void file(pool).catch(() => undefined);
    await until(() => members[0]!.told.length === 1);
    assert.deepEqual([members.length, members[0]!.told], [1, ["task"]]);
    pool.end();
  });

  it("know the codecs of before before they are asked, and the later ones as they come", async () => {
    const pool = new CodecPool(2, memory);
    pool.use("png", module);
    assert.equal(members.length, 0, "none is started for a codec");
    const decoded = file(pool);
    const [member] = members;
    await until(() => member!.told.length === 2);
    assert.deepEqual(member!.told, ["png", "task"]);
    pool.use("jpeg", module);
    void file(pool).catch(() => undefined);
    await until(() => members[1]?.told.length === 3);
    assert.deepEqual(members[1]!.told, ["png", "jpeg", "task"]);
    assert.deepEqual(member!.told, ["png", "task", "jpeg"]);
    member!.port.postMessage(answers);
    assert.equal((await decoded).width, 1);
    pool.end();
  });

  it("are told of them again in the place of one that was lost, before its file", async () => {
    const pool = new CodecPool(1, memory);
    pool.use("webp", module);
    pool.use("color", module);
    const decoded = file(pool);
    await until(() => members[0]?.told.length === 3);
    hearOfLoss(members[0]!.own, "it was ended");
    await until(() => members[1]?.told.length === 3);
    assert.deepEqual(members[1]!.told, ["webp", "color", "task"]);
    members[1]!.port.postMessage(answers);
    assert.equal((await decoded).height, 1);
    pool.end();
  });
});

describe("a worker that decodes for a cancelled batch alone", () => {
  it("takes nothing more before it is ended, and no file that was behind it counts as what ended it", async () => {
    const pool = new CodecPool(1, memory);
    const ended = new Set<string>();
    for (let round = 0; round < 4; round++) {
      const cancelled = pool.decode({ kind: "encoded", blob: new Blob(["a"]), read }, 7);
      const refused = assert.rejects(cancelled, { code: "worker-lost" });
      const member = members.at(-1)!;
      const release = locks.hold(member.own);
      member.port.postMessage("alive");
      await until(() => member.told.length === 1);
      pool.forget(7);
      // After a time.
      while (!ends.includes(member.own)) await new Promise((resolve) => setTimeout(resolve, 10));
      ended.add(member.own);
      const other = file(pool);
      const next = members.at(-1)!;
      assert.notEqual(next, member, "another has started");
      release();
      await refused;
      await until(() => next.told.includes("task"));
      next.port.postMessage(answers);
      assert.equal((await other).width, 1);
    }
    assert.equal(ended.size, 4);
    pool.end();
  });
});

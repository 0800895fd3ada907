/** The soak's own checks: each kind of wrong outcome is seen, and a right one is not complained of. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkCall, type CallRecord, type ViolationKind } from "../../soak/checker.js";
import { FAULTS, makePlan, type RoundPlan } from "../../soak/plan.js";
import { filters } from "../../src/generated/filters.js";
import type { FilterInfo } from "../../src/filter-info.js";
import { checkChain, checkChange } from "../../src/validate.js";
import { random, SEED } from "./random.js";

const COUNT = 5;
const broken = { id: "item 2", outcome: "!decode-failed", codes: ["worker-lost"] };

/** A call of five items, the third a broken file, of which everything is as it should be. */
function good(): CallRecord & { seen: { id: unknown; index: number; outcome: string }[] } {
  const expected = Array.from({ length: COUNT }, (_, index) =>
    index === 2 ? broken : { id: `item ${index}`, outcome: `image ${index}`, codes: [] },
  );
  return {
    ordered: true,
    streams: true,
    expected,
    seen: expected.map(({ id, outcome }, index) => ({ id, index, outcome })),
    end: "all",
    mayEnd: ["all"],
    progress: expected.map((_, at) => ({ done: at + 1, failed: at < 2 ? 0 : 1, total: COUNT })),
    total: COUNT,
  };
}

function kinds(record: CallRecord): ViolationKind[] {
  return checkCall(record).map(({ kind }) => kind);
}

describe("the soak's checker", () => {
  it("has nothing to say of a call that went well", () => {
    assert.deepEqual(checkCall(good()), []);
    assert.deepEqual(checkCall({ ...good(), ordered: false, seen: good().seen.reverse() }), []);
  });

  it("sees a lost outcome, wherever it is", () => {
    for (const index of good().expected.keys()) {
      const record = good();
      const seen = record.seen.toSpliced(index, 1);
      assert.deepEqual(checkCall({ ...record, ordered: false, seen })[0], {
        kind: "lost",
        text: `item ${index} never came`,
      });
    }
  });

  it("sees a doubled outcome", () => {
    const record = good();
    const seen = [...record.seen, record.seen[1]!];
    assert.equal(kinds({ ...record, ordered: false, seen })[0], "doubled");
  });

  it("sees two outcomes that have changed places, but only where the order counts", () => {
    const record = good();
    const seen = [1, 0, 2, 3, 4].map((index) => record.seen[index]!);
    assert.deepEqual(kinds({ ...record, seen }), ["out of order", "out of order"]);
    assert.deepEqual(kinds({ ...record, seen, ordered: false }), []);
  });

  it("sees outcomes that have changed their images, their ids, or both", () => {
    const [first, second] = good().seen;
    const images = [
      { ...first!, outcome: second!.outcome },
      { ...second!, outcome: first!.outcome },
    ];
    assert.deepEqual(kinds({ ...good(), seen: [...images, ...good().seen.slice(2)] }), ["wrong", "wrong"]);
    const ids = [
      { ...first!, id: second!.id },
      { ...second!, id: first!.id },
    ];
    assert.deepEqual(kinds({ ...good(), seen: [...ids, ...good().seen.slice(2)] }), ["wrong", "wrong"]);
  });

  it("sees wrong bytes, a rejection where none should be, another code, and an image of a broken file", () => {
    for (const [index, outcome] of [
      [0, "image 0 with another byte"],
      [0, "!worker-lost"],
      [2, "!invalid-image"],
      [2, "image 2"],
    ] as const) {
      const record = good();
      record.seen[index]!.outcome = outcome;
      assert.ok(kinds(record).includes("wrong"), outcome);
    }
    const lost = good();
    lost.seen[2]!.outcome = "!worker-lost";
    assert.deepEqual(checkCall(lost), []);
  });

  it("sees an outcome of an item that was never given", () => {
    const record = good();
    record.seen.push({ id: "item 5", index: COUNT, outcome: "image 5" });
    assert.ok(kinds(record).includes("wrong"));
  });

  it("lets a cancelled call have a beginning, and nothing else", () => {
    const cancelled = { ...good(), mayEnd: ["all", "aborted"] as const, end: "aborted" };
    const { seen } = cancelled;
    assert.deepEqual(kinds({ ...cancelled, seen: seen.slice(0, 2) }), []);
    assert.deepEqual(kinds({ ...cancelled, seen: seen.slice(1, 2) }), ["out of order"]);
    assert.deepEqual(kinds({ ...good(), end: "aborted", seen: seen.slice(0, 2) }), ["end"]);
    assert.deepEqual(kinds({ ...good(), end: "PixelpoolError: surprise" }), ["end"]);
  });

  it("wants all outcomes before the error of the batch itself, but of starmap, which shows none", () => {
    const threw = { ...good(), mayEnd: ["threw"] as const, end: "threw" };
    assert.deepEqual(kinds(threw), []);
    assert.deepEqual(kinds({ ...threw, seen: threw.seen.slice(0, 4) }), ["lost"]);
    assert.deepEqual(kinds({ ...threw, streams: false, seen: [] }), []);
  });

  it("sees progress that is missing, jumps, falls, or tells another total", () => {
    const { progress } = good();
    assert.ok(kinds({ ...good(), progress: progress.slice(0, 4) }).includes("progress"));
    assert.ok(kinds({ ...good(), progress: progress.toReversed() }).includes("progress"));
    assert.ok(kinds({ ...good(), progress: progress.map((one) => ({ ...one, failed: 0 })) }).includes("progress"));
    assert.ok(kinds({ ...good(), progress: progress.map((one) => ({ ...one, total: 9 })) }).includes("progress"));
  });

  it("sees an endless batch that is read to no end", () => {
    const { id, outcome, codes } = good().expected[0]!;
    const expected = Array.from({ length: 1000 }, () => ({ id, outcome, codes }));
    const seen = [{ id, index: 0, outcome }];
    const endless = { ...good(), expected, seen, end: "left", mayEnd: ["left"] as const, total: undefined };
    assert.deepEqual(kinds({ ...endless, progress: [{ done: 1, failed: 0, total: undefined }] }), ["read ahead"]);
  });
});

describe("the soak's plans", () => {
  const worlds = [true, false].map((isolated) => ({ filters, isolated }));
  const next = random(SEED);
  const plans = Array.from({ length: 500 }, (_, at) => makePlan(next(2 ** 32), worlds[at % 2]!));

  it("are the same for the same seed, and others for others", () => {
    for (const [at, plan] of plans.entries()) assert.deepEqual(makePlan(plan.seed, worlds[at % 2]!), plan);
    assert.equal(new Set(plans.map((plan) => JSON.stringify(plan))).size, plans.length);
  });

  it("ask only for what the package allows, but for what is wrong on purpose", () => {
    for (const { chain, items } of plans.flatMap(({ calls }) => calls)) {
      const steps = checkChain(chain);
      for (const { intensity } of items) checkChange(steps, intensity);
    }
  });

  it("leave nothing out", () => {
    const all = <T>(of: (plan: RoundPlan) => readonly T[]) => new Set(plans.flatMap(of));
    const calls = ({ calls }: RoundPlan) => calls;
    assert.deepEqual(all(({ mode }) => [mode]).size, 3);
    assert.deepEqual(all(({ threads }) => [threads]).size, 6);
    assert.deepEqual(all(({ ending }) => [ending]).size, 5);
    assert.equal(all((plan) => calls(plan).map(({ method }) => method)).size, 4);
    assert.equal(all((plan) => calls(plan).map(({ supply }) => supply)).size, 5);
    assert.equal(all((plan) => calls(plan).map(({ reader }) => reader.kind)).size, 6);
    const items = (plan: RoundPlan) => calls(plan).flatMap(({ items }) => items);
    assert.equal(all((plan) => items(plan).flatMap(({ flaw }) => (flaw ? [flaw] : []))).size, 5);
    assert.equal(all((plan) => items(plan).map(({ shape }) => shape)).size, 15);
    const kinds = all((plan) => calls(plan).flatMap(({ chain }) => chain.map(({ kind }) => kind)));
    assert.deepEqual([...kinds].sort(), filters.map(({ name }) => name as string).sort());
  });

  it("fail on purpose where the build can", () => {
    const fault = { ...filters[0]!, name: "fault", intensity: null, parameters: [] } as unknown as FilterInfo;
    const world = { filters: [...filters, fault], isolated: true };
    const next = random(SEED);
    const calls = Array.from({ length: 300 }, () => makePlan(next(2 ** 32), world)).flatMap(({ calls }) => calls);
    const faulty = calls.filter(({ items }) => items.some((item) => item.fault));
    assert.equal(new Set(faulty.flatMap(({ items }) => items.flatMap((item) => item.fault ?? []))).size, 3);
    for (const { chain, items } of faulty) {
      assert.equal(chain[0]?.kind, "fault");
      assert.ok(items.every((item) => !item.fault || item.fault in FAULTS));
    }
  });
});

/** Copies in rooms that an engine lends: where they lie, which rooms there are, and which are used again and when. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Recycler, Rooms, type Copier, type Place } from "../../src/copies.js";
import type { ToWorker } from "../../src/protocol.js";
import { bytes, FakeMemory, holds, isElsewhere } from "./fake-rooms.js";

const LARGE = 64 * 1024;
/** Bytes of rooms that these tests let be lent. */
const ROOM = 1 << 20;
const MOST_ROOMS = 64;

/** An engine that lends rooms. */
class Engine {
  readonly fake = new FakeMemory();
  readonly told: ToWorker[] = [];
  #asked: number[] = [];

  open(rooms: Rooms): void {
    rooms.open(this.fake.memory, (message) => {
      this.told.push(message);
      if (message.type === "lend") this.#asked.push(...message.bytes);
      else for (const room of message.rooms) this.fake.takeBack(room);
    });
  }

  /** Answers all that it was asked and has not answered. */
  answer(rooms: Rooms): void {
    rooms.receive(this.#asked.splice(0).map((length) => this.fake.lend(length)));
  }

  /** Lengths that it was asked for, and rooms that it got back. */
  get asked(): number[] {
    return this.told.flatMap((message) => (message.type === "lend" ? message.bytes : []));
  }

  get returned(): number[] {
    return this.told.flatMap((message) => (message.type === "takeBack" ? message.rooms : []));
  }
}

/** Rooms of these lengths, all of them free. */
function lending(lengths: readonly number[], most = ROOM): { rooms: Rooms; engine: Engine } {
  const rooms = new Rooms(most, new Recycler(ROOM));
  const engine = new Engine();
  engine.open(rooms);
  for (const length of lengths) rooms.place(length);
  engine.answer(rooms);
  return { rooms, engine };
}

describe("Rooms", () => {
  it("copies small images into a buffer of their own, and asks for no room", () => {
    const { rooms, engine } = lending([2 * LARGE]);
    for (const length of [0, 1, LARGE - 1]) {
      const copy = rooms.copy(bytes(length));
      assert.ok(isElsewhere(copy) && isElsewhere(rooms.place(length)));
      holds(copy, bytes(length));
    }
    assert.deepEqual(engine.asked, [2 * LARGE]);
  });

  it("copies elsewhere where there is no engine, or none that shares its memory", () => {
    const used: string[] = [];
    const made = bytes(1);
    const elsewhere: Copier = {
      isShared: false,
      copy: ({ byteLength }) => (used.push(`copy ${byteLength}`), { bytes: made }),
      place: (length) => (used.push(`place ${length}`), { bytes: made }),
    };
    const rooms = new Rooms(ROOM, elsewhere);
    assert.equal(rooms.copy(bytes(LARGE)).bytes, made);
    assert.equal(rooms.place(LARGE + 1).bytes, made);
    assert.deepEqual(used, ["copy 65536", "place 65537"]);
  });

  it("copies elsewhere until the engine has lent a room, then into that", () => {
    const { rooms, engine } = lending([]);
    const before = rooms.copy(bytes(LARGE));
    assert.ok(isElsewhere(before));
    holds(before, bytes(LARGE));
    engine.answer(rooms);
    const copy = rooms.copy(bytes(LARGE, 2));
    assert.ok(copy.loan);
    assert.equal(copy.bytes.buffer, engine.fake.memory.buffer);
    holds({ bytes: engine.fake.read(copy.loan.room) }, bytes(LARGE, 2));
    assert.equal(engine.asked.length, 1);
  });

  it("copies no more than a view shows, wherever it begins, and writes no further", () => {
    const { rooms, engine } = lending([LARGE + 8, LARGE + 8]);
    const whole = bytes(2 * LARGE);
    const [first, second] = [rooms.copy(bytes(LARGE + 8, 3)), rooms.copy(whole.subarray(20, 20 + LARGE))];
    holds(first, bytes(LARGE + 8, 3));
    assert.equal(second.bytes.length, LARGE);
    holds(second, whole.subarray(20, 20 + LARGE));
    assert.deepEqual([...engine.fake.read(second.loan!.room).subarray(LARGE)], Array(8).fill(0));
  });

  it("has room for what is copied piece by piece, of that length", () => {
    const { rooms, engine } = lending([LARGE + 8]);
    const place = rooms.place(LARGE);
    assert.equal(place.bytes.byteLength, LARGE);
    place.bytes.set(bytes(LARGE));
    holds({ bytes: engine.fake.read(place.loan!.room).subarray(0, LARGE) }, bytes(LARGE));
  });

  it("asks for a room once for each copy that had none, and for none that had one", () => {
    const { rooms, engine } = lending([]);
    for (const length of [LARGE, LARGE, 2 * LARGE]) rooms.copy(bytes(length));
    assert.deepEqual(engine.told, [
      { type: "lend", bytes: [LARGE] },
      { type: "lend", bytes: [LARGE] },
      { type: "lend", bytes: [2 * LARGE] },
    ]);
    engine.answer(rooms);
    for (const length of [LARGE, LARGE, 2 * LARGE]) assert.ok(rooms.copy(bytes(length)).loan);
    assert.equal(engine.asked.length, 3);
    rooms.copy(bytes(LARGE));
    assert.equal(engine.asked.length, 4);
  });

  it("uses a room again once it is given back, and not before", () => {
    const { rooms } = lending([LARGE]);
    const { loan } = rooms.copy(bytes(LARGE));
    assert.ok(isElsewhere(rooms.copy(bytes(LARGE))));
    loan!.giveBack();
    const again = rooms.copy(bytes(LARGE, 3));
    assert.equal(again.loan, loan);
    holds(again, bytes(LARGE, 3));
    assert.ok(isElsewhere(rooms.copy(bytes(LARGE))));
  });

  it("uses the smallest room that is long enough, and none more than twice as long", () => {
    const lengths = [30, 12, 20, 9, 21].map((part) => part * LARGE);
    const { rooms, engine } = lending(lengths, 200 * LARGE);
    const lengthOf = ({ loan }: Place) => loan && engine.fake.lent.get(loan.room)! / LARGE;
    for (const [wanted, given] of [
      [10, 12],
      [10, 20],
      [10, undefined],
      [11, 21],
      [14, undefined],
      [15, 30],
      [1, undefined],
      [9, 9],
    ] as const) {
      assert.equal(lengthOf(rooms.place(wanted * LARGE)), given, `at least ${wanted}`);
    }
  });

  it("asks for so many bytes and not one more, whether they are free, in use or not there yet", () => {
    for (const [length, count] of [
      [ROOM / 4, 4],
      [ROOM / 4 + 1, 3],
      [ROOM, 1],
      [ROOM + 1, 0],
    ] as const) {
      const { rooms, engine } = lending([]);
      const copyAll = () => Array.from({ length: 6 }, () => rooms.place(length)).filter(({ loan }) => loan).length;
      assert.equal(copyAll(), 0);
      assert.equal(engine.asked.length, count);
      engine.answer(rooms);
      assert.equal(copyAll(), count);
      assert.equal(copyAll(), 0);
      assert.deepEqual([engine.asked.length, engine.returned], [count, []]);
    }
  });

  it(`asks for ${MOST_ROOMS} rooms, however small they are`, () => {
    const { rooms, engine } = lending(Array<number>(MOST_ROOMS + 10).fill(LARGE), 1000 * LARGE);
    assert.equal(engine.asked.length, MOST_ROOMS);
    const places = Array.from({ length: MOST_ROOMS + 10 }, () => rooms.place(LARGE));
    assert.equal(places.filter(({ loan }) => loan).length, MOST_ROOMS);
    assert.equal(engine.asked.length, MOST_ROOMS);
  });

  it("gives free rooms of other lengths back for one that has no place beside them, the oldest first, no more than needed", () => {
    const { rooms, engine } = lending([LARGE, LARGE, LARGE, LARGE], 4 * LARGE);
    const [first, second] = engine.fake.lent.keys();
    assert.ok(isElsewhere(rooms.copy(bytes(LARGE * 2 + 1).subarray(1))), "one is long enough");
    assert.deepEqual(engine.told.slice(4), [
      { type: "takeBack", rooms: [first, second] },
      { type: "lend", bytes: [2 * LARGE] },
    ]);
    engine.answer(rooms);
    assert.ok(rooms.place(2 * LARGE).loan);
    assert.ok(rooms.place(LARGE).loan);
    assert.ok(rooms.place(LARGE).loan);
    assert.equal(engine.returned.length, 2);
  });

  it(`gives a free room back for one more than ${MOST_ROOMS}`, () => {
    const { rooms, engine } = lending(Array<number>(MOST_ROOMS).fill(LARGE), 1000 * LARGE);
    rooms.place(3 * LARGE);
    assert.equal(engine.returned.length, 1);
    assert.equal(engine.asked.length, MOST_ROOMS + 1);
  });

  it("gives no room back that is in use", () => {
    const { rooms, engine } = lending([LARGE, LARGE], 2 * LARGE);
    const used = rooms.place(LARGE).loan!;
    rooms.place(3 * LARGE);
    rooms.place(2 * LARGE);
    assert.ok(!engine.returned.includes(used.room));
    assert.deepEqual(engine.asked, [LARGE, LARGE]);
    used.giveBack();
    rooms.place(2 * LARGE);
    assert.deepEqual(engine.asked, [LARGE, LARGE, 2 * LARGE]);
    assert.ok(engine.returned.includes(used.room));
  });

  it("gives no room back for an image that is too large for any", () => {
    const { rooms, engine } = lending([LARGE, LARGE], 2 * LARGE);
    for (let copy = 0; copy < 3; copy++) assert.ok(isElsewhere(rooms.place(2 * LARGE + 1)));
    assert.deepEqual(engine.returned, []);
    assert.ok(rooms.place(LARGE).loan && rooms.place(LARGE).loan);
  });

  it("goes on elsewhere where the engine has no memory for a room, and asks again for the next copy", () => {
    const { rooms, engine } = lending([], 2 * LARGE);
    rooms.place(2 * LARGE);
    rooms.receive([0]);
    assert.ok(isElsewhere(rooms.place(2 * LARGE)));
    assert.deepEqual(engine.asked, [2 * LARGE, 2 * LARGE]);
    rooms.receive([engine.fake.lend(2 * LARGE)]);
    assert.ok(rooms.place(2 * LARGE).loan);
  });

  it("gives a room back that this side does not see yet, the memory having grown elsewhere", () => {
    const rooms = new Rooms(ROOM, new Recycler(ROOM));
    const told: ToWorker[] = [];
    const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true });
    rooms.open(memory, (message) => told.push(message));
    rooms.place(LARGE);
    rooms.receive([LARGE + 4]);
    assert.ok(isElsewhere(rooms.place(LARGE)));
    rooms.receive([LARGE]);
    assert.equal(rooms.place(LARGE).loan?.room, LARGE);
    const lend = { type: "lend", bytes: [LARGE] };
    assert.deepEqual(told, [lend, { type: "takeBack", rooms: [LARGE + 4] }, lend]);
  });

  it("takes several answers at once, in the order of its questions, and none to a question that it has not asked", () => {
    const { rooms, engine } = lending([]);
    for (const length of [LARGE, 3 * LARGE]) rooms.place(length);
    const [small, large] = [engine.fake.lend(LARGE), engine.fake.lend(3 * LARGE)];
    rooms.receive([small, large, engine.fake.lend(LARGE)]);
    assert.equal(rooms.place(3 * LARGE).loan?.room, large);
    assert.equal(rooms.place(LARGE).loan?.room, small);
    assert.ok(isElsewhere(rooms.place(LARGE)));
  });

  it("lends rooms of the next engine only, though those of the one before are given back late", () => {
    const { rooms, engine } = lending([LARGE, LARGE]);
    const { loan } = rooms.copy(bytes(LARGE));
    rooms.close();
    const next = new Engine();
    next.open(rooms);
    loan!.giveBack();
    assert.ok(isElsewhere(rooms.copy(bytes(LARGE))));
    next.answer(rooms);
    assert.equal(rooms.copy(bytes(LARGE)).bytes.buffer, next.fake.memory.buffer);
    assert.ok(isElsewhere(rooms.copy(bytes(LARGE))));
    assert.deepEqual([engine.asked.length, engine.returned, next.returned], [2, [], []]);
  });

  it("has all of its bytes for the next engine, and waits for no answer of the one before", () => {
    const { rooms, engine } = lending([ROOM / 2], ROOM);
    rooms.place(ROOM / 2);
    rooms.place(ROOM / 2);
    assert.equal(engine.asked.length, 2);
    const next = new Engine();
    // Where the one before was not known to be lost.
    next.open(rooms);
    for (let copy = 0; copy < 3; copy++) rooms.place(ROOM / 2);
    assert.deepEqual(next.asked, [ROOM / 2, ROOM / 2]);
    next.answer(rooms);
    assert.ok(rooms.place(ROOM / 2).loan && rooms.place(ROOM / 2).loan);
  });

  it("lets go of the memory when it is closed: no room is lent, asked for or taken any more", () => {
    const { rooms, engine } = lending([LARGE]);
    rooms.place(2 * LARGE);
    rooms.close();
    engine.answer(rooms);
    for (const length of [LARGE, 2 * LARGE]) assert.ok(isElsewhere(rooms.copy(bytes(length))));
    assert.deepEqual([engine.asked.length, engine.returned], [2, []]);
  });

  it("keeps pixels that are lent whole, to be read when the engine is lost, also where its memory has grown", () => {
    const { rooms, engine } = lending([LARGE]);
    const { loan } = rooms.copy(bytes(LARGE, 5));
    engine.fake.memory.grow(1);
    rooms.close();
    holds({ bytes: loan!.read(LARGE) }, bytes(LARGE, 5));
    assert.equal(loan!.read(4).length, 4);
  });
});

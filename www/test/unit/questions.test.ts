/** Who is answered, by whom and when, where the engine is asked whether it takes a chain. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ErrorData } from "../../src/errors.js";
import { Questions } from "../../src/questions.js";
import { watch } from "./fake-dispatcher.js";
import { calm } from "./random.js";

const REFUSAL: ErrorData = { code: "invalid-parameter", class: "TypeError", message: "no" };
const LOST: ErrorData = { code: "worker-lost", class: "PixelpoolError", message: "gone" };

describe("Questions", () => {
  it("are settled by the first answer", async () => {
    const questions = new Questions(2);
    const [one, other] = [questions.ask(1), questions.ask(2)];
    questions.answer(2);
    questions.answer(1, REFUSAL);
    questions.answer(1);
    questions.answer(7);
    assert.deepEqual([await one, await other], [REFUSAL, undefined]);
  });

  it("outlive so many lost workers and no more", async () => {
    const questions = new Questions(2);
    const question = watch(questions.ask(1));
    for (const state of ["pending", "pending", "resolved"]) {
      questions.lost(LOST);
      await calm();
      assert.equal(question.state, state);
    }
    assert.equal(question.value, LOST);
  });

  it("are all settled where nobody answers any more", async () => {
    const questions = new Questions(2);
    const all = [questions.ask(1), questions.ask(2)];
    questions.end(LOST);
    assert.deepEqual(await Promise.all(all), [LOST, LOST]);
  });
});

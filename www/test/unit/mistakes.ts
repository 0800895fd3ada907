/** What the tests of filters and their parameters ask of a mistake. */
import assert from "node:assert/strict";

/** What an error says beside its message. */
export function detailsOf(error: Error): Record<string, unknown> {
  return Object.fromEntries(Object.entries(error));
}

export function thrown(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof Error);
    return error;
  }
  assert.fail("it was accepted");
}

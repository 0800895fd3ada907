/**
 * What the page asks of its workers: whether the engine takes a batch's chain. Every worker that is told of the batch answers, the
 * first one settles it, and those that come later are not heard. Pure.
 */
import type { ErrorData } from "./errors.js";

interface Question {
  settle: (refusal: ErrorData | undefined) => void;
  /** Workers that were lost meanwhile, and not by a job: opening the batch may have cost them. */
  losses: number;
}

export class Questions {
  readonly #mostLosses: number;
  readonly #open = new Map<number, Question>();

  constructor(mostLosses: number) {
    this.#mostLosses = mostLosses;
  }

  /** Why the batch is refused; `undefined` where it is not. */
  ask(batch: number): Promise<ErrorData | undefined> {
    return new Promise((settle) => this.#open.set(batch, { settle, losses: 0 }));
  }

  answer(batch: number, refusal?: ErrorData): void {
    const question = this.#open.get(batch);
    this.#open.delete(batch);
    question?.settle(refusal);
  }

  /** A worker is lost; another will be told of the batches, but not for ever. */
  lost(error: ErrorData): void {
    for (const [batch, question] of this.#open) {
      question.losses += 1;
      if (question.losses > this.#mostLosses) this.answer(batch, error);
    }
  }

  /** Nobody answers any more. */
  end(error: ErrorData): void {
    for (const batch of this.#open.keys()) this.answer(batch, error);
  }
}

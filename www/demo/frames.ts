/** Work in step with the screen. */

/** Resolves before the next paint, or soon where the page is hidden and frames do not come. */
export function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => resolve());
    setTimeout(resolve, 250);
  });
}

/** Calls `draw` before every paint until stopped. */
export class FrameLoop {
  readonly #draw: (now: number) => void;
  #handle = 0;

  constructor(draw: (now: number) => void) {
    this.#draw = draw;
  }

  start(): void {
    this.stop();
    const step = (now: number): void => {
      this.#handle = requestAnimationFrame(step);
      this.#draw(now);
    };
    this.#handle = requestAnimationFrame(step);
  }

  stop(): void {
    cancelAnimationFrame(this.#handle);
  }
}

/** A list of small jobs done a few milliseconds a frame, so that a burst of them is never one long pause. */
export class FrameQueue {
  readonly #jobs: (() => void)[] = [];
  readonly #budget = 5;
  #running = false;

  push(job: () => void): void {
    this.#jobs.push(job);
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#jobs.length > 0) {
      await nextFrame();
      const end = performance.now() + this.#budget;
      do this.#jobs.shift()?.();
      while (this.#jobs.length > 0 && performance.now() < end);
    }
    this.#running = false;
  }
}

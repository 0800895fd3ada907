/** The one thing that can be cancelled: a batch, a measurement, a ZIP file being packed. */
export class TaskRunner {
  readonly #cancel: HTMLButtonElement;
  readonly #onChange: () => void;
  readonly #onError: (error: unknown) => void;
  #current: AbortController | undefined;

  /** `onChange` is told when a task begins and when it is over. */
  constructor(cancel: HTMLButtonElement, onChange: () => void, onError: (error: unknown) => void) {
    this.#cancel = cancel;
    this.#onChange = onChange;
    this.#onError = onError;
    cancel.addEventListener("click", () => {
      this.#current?.abort(new DOMException("Cancelled by the visitor.", "AbortError"));
    });
  }

  get busy(): boolean {
    return this.#current !== undefined;
  }

  /** Does nothing while another task runs. The keyboard's focus goes to the cancel button, and back at the end. */
  async run(job: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.#current) return;
    const { signal } = (this.#current = new AbortController());
    const origin = document.activeElement;
    this.#onChange();
    if (origin instanceof HTMLButtonElement && origin.disabled) this.#cancel.focus({ preventScroll: true });
    try {
      await job(signal);
    } catch (error) {
      if (!signal.aborted) this.#onError(error);
    } finally {
      this.#current = undefined;
      const lost = document.activeElement === document.body || document.activeElement === this.#cancel;
      this.#onChange();
      if (lost && origin instanceof HTMLElement) origin.focus({ preventScroll: true });
    }
  }
}

/** The output of wasm-bindgen that the worker is bundled with: of the build with threads, or of the plain one. */
declare module "pixelpool-glue" {
  export interface InitOptions {
    module_or_path: WebAssembly.Module;
    memory?: WebAssembly.Memory;
    thread_stack_size?: number;
  }
  export interface Exports {
    memory: WebAssembly.Memory;
    endThreads?: () => void;
    /** See `src/wasm.rs`. */
    moreAt?: () => number;
  }
  export default function init(options: InitOptions): Promise<Exports>;

  /** Where the calling worker notes its job; see `src/wasm.rs`. */
  export function workingOn(): number;

  /** Makes the engine of an instance; see `src/engine.rs`. */
  export function createEngine(mostSpareBytes: number): Engine;

  /** See `src/wasm.rs`. */
  export class Engine {
    private constructor();
    static join(): Engine | undefined;
    open(batch: number, steps: readonly unknown[]): void;
    prepareImage(image: number, width: number, height: number, format: number): number;
    releaseImage(image: number): void;
    close(batch: number): void;
    preparePixels(job: number, batch: number, width: number, height: number, format: number, change: unknown): number;
    prepareNumbers(job: number, batch: number, length: number, change: unknown): number;
    lend(bytes: number): number;
    takeBack(room: number): void;
    keep(job: number): number;
    prepareLent(
      job: number,
      batch: number,
      room: number,
      width: number,
      height: number,
      format: number,
      change: unknown,
    ): void;
    discard(job: number): void;
    start(job: number): void;
    bell(): number;
    drain(): Float64Array;
    parts(): Float64Array;
    failure(job: number): unknown;
    reports(job: number): [filter: string, name: string, value: number][];
    release(job: number): void;
  }
}

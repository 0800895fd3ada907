/** A pause, for everything else that waits for this thread. A timer would wait for some milliseconds. */

/** Resolves in a new task, after everything that waits for this thread by now. Keeps no process alive but for that moment. */
export function nextTask(): Promise<void> {
  return new Promise<void>((resolve) => {
    // As in Jest's jsdom.
    if (typeof MessageChannel !== "function") return void setTimeout(resolve);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

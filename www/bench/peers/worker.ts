/** A worker that runs a rival's kernel. The picture is given to it, and it gives the result away. */
import type { Kernel, Way } from "./contestant.js";
import { rivals } from "./rivals.js";
import type { Picture, Step } from "./work.js";

export type Message =
  { type: "open"; rival: string; way: Way } | { type: "run"; index: number; steps: readonly Step[]; picture: Picture };
export type Answer = { type: "ready" } | { type: "done"; index: number; picture: Picture };

const answer = (message: Answer, transfer: Transferable[] = []) => postMessage(message, { transfer });
let kernel: Kernel | undefined;

async function obey(message: Message): Promise<void> {
  if (message.type === "open") {
    kernel = await rivals.find(({ name }) => name === message.rival)?.open(message.way);
    answer({ type: "ready" });
    return;
  }
  if (!kernel) throw new Error("work before there is a kernel");
  const picture = await kernel(message.steps, message.picture);
  answer({ type: "done", index: message.index, picture }, [picture.data.buffer]);
}

onmessage = ({ data }: MessageEvent<Message>) =>
  void obey(data).catch((error: unknown) =>
    setTimeout(() => {
      throw error;
    }),
  );

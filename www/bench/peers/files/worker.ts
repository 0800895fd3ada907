/** A worker of someone who takes files to files. */
import type { Way } from "../contestant.js";
import { jobs } from "./jobs.js";
import { fileRivals, type FileKernel } from "./rivals.js";

export type Message =
  { type: "open"; rival: string; way: Way } | { type: "run"; index: number; job: number; file: Blob };
export type Answer = { index: number; made: Blob };

let kernel: FileKernel | undefined;

async function obey(message: Message): Promise<void> {
  if (message.type === "open") {
    kernel = await fileRivals.find(({ name }) => name === message.rival)?.open(message.way);
    postMessage("ready");
    return;
  }
  const job = jobs[message.job];
  if (!kernel || !job) throw new Error("work before there is a kernel, or of no job");
  postMessage({ index: message.index, made: await kernel(job, message.file) } satisfies Answer);
}

onmessage = ({ data }: MessageEvent<Message>) =>
  void obey(data).catch((error: unknown) =>
    setTimeout(() => {
      throw error;
    }),
  );

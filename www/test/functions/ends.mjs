/** Ends the worker that imports it. */
import { endsItsWorker } from "./heavy.mjs";

export default await endsItsWorker();

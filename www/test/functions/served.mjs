/** A worker of a user's own that serves functions. */
import { serve } from "../../../dist/functions.js";
import { applyHeavyFilter } from "./heavy.mjs";

serve({ applyHeavyFilter, shade: (image, by) => image.data.forEach((value, at) => (image.data[at] = value * by)) });

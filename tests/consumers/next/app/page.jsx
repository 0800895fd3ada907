import { filters } from "pixelpool";
import Pool from "./pool.jsx";

/** The server knows the list of filters; the pool is the browser's. */
export default function Page() {
  return (
    <main>
      {filters.length} filters <Pool />
    </main>
  );
}

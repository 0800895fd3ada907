import { createPool } from "pixelpool";
import { tryPackage } from "../../app.js";

/** A pool on the server. */
export const dynamic = "force-dynamic";
export const GET = async () => Response.json(await tryPackage(createPool));

"use client";

import { createPool } from "pixelpool";
import { useEffect } from "react";
import { tryPackage } from "../app.js";

const worker = () => new Worker(new URL("pixelpool/worker", import.meta.url));

export default function Pool() {
  useEffect(() => {
    tryPackage(createPool, { worker }).then((outcome) => (globalThis.outcome = outcome));
  }, []);
  return null;
}

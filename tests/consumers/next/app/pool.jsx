"use client";

import { createPool } from "pixelpool";
import { useEffect } from "react";
import { tryPackage } from "../app.js";

export default function Pool() {
  useEffect(() => {
    tryPackage(createPool).then((outcome) => (globalThis.outcome = outcome));
  }, []);
  return null;
}

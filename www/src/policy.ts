/**
 * Why a page may not start workers. Browsers tell what a Content Security Policy forbids in an event of its own, beside an error
 * that says little; what they tell is put into words here, with what the page can do about it.
 */

const POLICY = "the page's Content Security Policy";
const TRUST = `${POLICY} has require-trusted-types-for 'script'; it must have trusted-types pixelpool`;
const GIVEN = "give createPool({ worker }) the address of the package's worker.js";

/** What keeps a worker from starting, by the name of the directive. */
const WORDS: Readonly<Record<string, string>> = {
  "worker-src": `${POLICY} forbids workers from there; it must have worker-src blob:, or 'self': then ${GIVEN}`,
  "require-trusted-types-for": TRUST,
  "trusted-types": TRUST,
};
const LIKELY = `where ${POLICY} says what workers may be started from, it must have worker-src blob:, or 'self': then ${GIVEN}; where it has require-trusted-types-for 'script', it must have trusted-types pixelpool, too`;

interface TrustedTypes {
  createPolicy: (
    name: string,
    rules: { createScriptURL: (address: string) => string },
  ) => { createScriptURL: (address: string) => unknown };
}

let policy: ReturnType<TrustedTypes["createPolicy"]> | undefined;

/**
 * The address of a worker's script as a page takes it that requires Trusted Types: passed by a policy called `pixelpool`, which sees
 * nothing but the package's own script and what the option `worker` says. Where the page does not allow that policy, as it is.
 */
export function trusted(address: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  try {
    policy ??= trustedTypes?.createPolicy("pixelpool", { createScriptURL: (address) => address });
  } catch {
    // There may be a policy called "default"; else no worker is made, which is told.
  }
  return (policy?.createScriptURL(address) ?? address) as string;
}

export interface PolicyWatch {
  /** Why no worker starts, and what would be right. Names the directive where the browser tells it, else the likely ones. */
  explain: () => Promise<string>;
  end: () => void;
}

/** The browser tells what it has forbidden in a later task, and some browsers never do. */
const HEARSAY_MS = 50;

/** Notes from now on what the page's policy forbids. */
export function watchPolicy(): PolicyWatch {
  let words: string | undefined;
  let heard: () => void = () => undefined;
  const note = (event: Event) => {
    const { effectiveDirective, disposition } = event as SecurityPolicyViolationEvent;
    if (disposition === "report" || !WORDS[effectiveDirective]) return;
    words = WORDS[effectiveDirective];
    heard();
  };
  // Not every runtime has events of its own.
  const target = globalThis as Partial<Pick<EventTarget, "addEventListener" | "removeEventListener">>;
  target.addEventListener?.("securitypolicyviolation", note);
  return {
    explain: async () => {
      if (!words) {
        await new Promise<void>((resolve) => {
          heard = resolve;
          setTimeout(resolve, HEARSAY_MS);
        });
      }
      return words ?? LIKELY;
    },
    end: () => target.removeEventListener?.("securitypolicyviolation", note),
  };
}

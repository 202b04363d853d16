// How a module of ours starts as a worker thread, from TypeScript sources as well as compiled.

import { AuspexError, EXIT, messageOf } from "./errors.ts";

/** The module `name` in the folder of the module whose `import.meta.url` is given: `.ts` in a checkout, else `.js`. */
export function moduleBeside(importerUrl: string, name: string): URL {
  return new URL(`./${name}${importerUrl.endsWith(".ts") ? ".ts" : ".js"}`, importerUrl);
}

/** What `new Worker` starts for a module. From TypeScript sources the thread registers tsx first: it does not inherit the loader. */
export function threadEntry(module: URL): URL {
  if (module.pathname.endsWith(".js")) return module;
  let tsx: string;
  try {
    tsx = import.meta.resolve("tsx/esm/api");
  } catch (cause) {
    throw new AuspexError("THREAD", EXIT.internal, `tsx is not installed: ${messageOf(cause)}`);
  }
  const code = `import { register } from ${JSON.stringify(tsx)}; register(); await import(${JSON.stringify(module.href)});`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}

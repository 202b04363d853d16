// Loads kind plugins that users wrote. They are trusted code: loading one runs it.

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { ConfigError, messageOf } from "../core/index.ts";
import { type AnyKindPlugin, defineKind } from "./kind.ts";

/**
 * Imports modules whose default export is a kind plugin, a list of them, or a function that returns either.
 * TypeScript files load where the running node strips types (22.18 and later), or the plugin can resolve tsx.
 *
 * @param paths Absolute paths of files.
 * @throws {ConfigError} naming the file, when it cannot be loaded or exports no plugin.
 */
export async function loadPlugins(paths: readonly string[]): Promise<AnyKindPlugin[]> {
  const loaded = await Promise.all(paths.map(loadPlugin));
  return loaded.flat();
}

async function loadPlugin(path: string): Promise<AnyKindPlugin[]> {
  let exported: unknown;
  try {
    exported = (await importModule(path)).default;
  } catch (error) {
    const isTypeScript = /\.[mc]?ts$/.test(path);
    throw new ConfigError("plugins", `cannot load ${path}: ${messageOf(error)}`, {
      cause: error,
      ...(isTypeScript
        ? { hint: "TypeScript needs node 22.18 or later, or tsx installed beside the plugin" }
        : {}),
    });
  }
  const made: unknown =
    typeof exported === "function" ? await (exported as () => unknown)() : exported;
  const plugins = Array.isArray(made) ? made : [made];
  return plugins.map((plugin: unknown) => {
    if (plugin === null || typeof plugin !== "object") {
      throw new ConfigError("plugins", `${path}: the default export is no kind plugin`, {
        hint: "export default defineKind({ ... })",
      });
    }
    return defineKind(plugin as AnyKindPlugin);
  });
}

type Module = { readonly default?: unknown };

/** Node before 22.18 does not read TypeScript: tsx does, where the plugin's project has it. */
async function importModule(path: string): Promise<Module> {
  const url = pathToFileURL(path).href;
  try {
    return (await import(url)) as Module;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_UNKNOWN_FILE_EXTENSION") throw error;
    const tsx = await findTsx(path);
    if (tsx === undefined) throw error;
    return (await tsx.tsImport(url, import.meta.url)) as Module;
  }
}

interface Tsx {
  tsImport(specifier: string, parentUrl: string): Promise<unknown>;
}

async function findTsx(path: string): Promise<Tsx | undefined> {
  try {
    // Resolved from the plugin's folder; `require` would pick the build that cannot register its own loader.
    const file = createRequire(path)
      .resolve("tsx/esm/api")
      .replace(/\.cjs$/, ".mjs");
    return (await import(pathToFileURL(file).href)) as Tsx;
  } catch {
    return undefined;
  }
}

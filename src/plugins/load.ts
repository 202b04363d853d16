// Loads kind plugins that users wrote. They are trusted code: loading one runs it.

import { pathToFileURL } from "node:url";
import { ConfigError, messageOf } from "../core/index.ts";
import { type AnyKindPlugin, defineKind } from "./kind.ts";

/**
 * Imports modules whose default export is a kind plugin, a list of them, or a function that returns either.
 * TypeScript files load where the running node strips types (22.18 and later) or under tsx.
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
    exported = ((await import(pathToFileURL(path).href)) as { default?: unknown }).default;
  } catch (error) {
    const isTypeScript = /\.[mc]?ts$/.test(path);
    throw new ConfigError("plugins", `cannot load ${path}: ${messageOf(error)}`, {
      cause: error,
      ...(isTypeScript ? { hint: "node before 22.18 needs tsx, or the compiled .js file" } : {}),
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

// The kinds of a command: those that come along, and those of the user's plugins.

import { resolve } from "node:path";
import { ConfigError } from "../core/index.ts";
import { builtInKinds, KindHost, loadPlugins } from "../plugins/index.ts";

/**
 * A plugin takes the place of the kind that comes along under its name.
 *
 * @param plugins Files with plugins; relative names start at the working directory.
 */
export async function openKinds(plugins: readonly string[]): Promise<KindHost> {
  const own = await loadPlugins(plugins.map((file) => resolve(file)));
  const claimed = new Set(own.map(({ kind }) => kind));
  return new KindHost([...builtInKinds().filter(({ kind }) => !claimed.has(kind)), ...own]);
}

/**
 * The serialiser versions that a bundle pins: of the kinds whose texts it is trained on.
 *
 * @throws {ConfigError} for a kind that nothing here reads.
 */
export function pinnedSerialisers(
  host: KindHost,
  kinds: readonly string[],
): Record<string, string> {
  const versions = host.serialiserVersions;
  return Object.fromEntries(
    kinds.map((kind) => {
      const version = versions[kind];
      if (version !== undefined) return [kind, String(version)];
      throw new ConfigError("kinds", `no plugin reads ${kind}`, {
        hint: `list its file under plugins, or use one of ${host.kinds.join(", ")}`,
      });
    }),
  );
}

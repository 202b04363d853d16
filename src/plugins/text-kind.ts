import { decodeText } from "./decode-text.ts";
import { defineKind, PLUGIN_API_VERSION } from "./kind.ts";

/** Any UTF-8 text, given to the model as it is (line feeds, no byte order mark). */
export const textKind = defineKind<string>({
  name: "auspex/text",
  version: "1.0.0",
  apiVersion: PLUGIN_API_VERSION,
  serialiserVersion: 1,
  kind: "text",
  match: { extensions: [".txt"] },
  limits: { maxBytes: 4 * 1024 * 1024, maxTextChars: 4 * 1024 * 1024, timeoutMs: 1000 },
  parse: decodeText,
  serialise: (text) => ({ text }),
});

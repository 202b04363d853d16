// A kind plugin of one's own, the smallest that is useful: NAS-Bench-201 cell strings such as
//   |nor_conv_3x3~0|+|nor_conv_3x3~0|skip_connect~1|+|none~0|none~1|nor_conv_1x1~2|
// Spaces and line ends do not count; the text is one line. In a project that installs auspex, import from "auspex".

import { defineKind, PLUGIN_API_VERSION } from "../../src/plugins/index.ts";

const OPERATIONS = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"];

export default defineKind<readonly string[][]>({
  name: "example/nas-cell",
  version: "1.0.0",
  apiVersion: PLUGIN_API_VERSION,
  serialiserVersion: 1,
  kind: "x/nas-cell",
  match: { extensions: [".cell"] },
  limits: { maxBytes: 1000, maxTextChars: 1000, timeoutMs: 100 },

  /** Three groups of one, two and three edges; every edge is an operation and the node it reads. */
  parse({ bytes }, { invalid }) {
    const text = Buffer.from(bytes).toString().replaceAll(/\s/g, "");
    const groups = text.split("+").map((group) => group.split("|").filter((edge) => edge !== ""));
    groups.forEach((edges, i) => {
      edges.forEach((edge, from) => {
        const [operation, node] = edge.split("~");
        if (!OPERATIONS.includes(operation ?? "") || node !== String(from)) {
          throw invalid({
            code: "CELL_EDGE",
            message: `the edge ${JSON.stringify(edge)} is not operation~${from}`,
            at: `group ${i + 1}`,
            hint: `operations are ${OPERATIONS.join(", ")}`,
          });
        }
      });
      if (edges.length !== i + 1) {
        throw invalid({
          code: "CELL_SIZE",
          message: `${edges.length} edges, not ${i + 1}`,
          at: `group ${i + 1}`,
        });
      }
    });
    if (groups.length !== 3)
      throw invalid({ code: "CELL_SIZE", message: `${groups.length} groups, not 3` });
    return groups;
  },

  serialise: (groups) => ({ text: groups.map((edges) => `|${edges.join("|")}|`).join("+") }),

  features: (groups) => ({
    convolutions: groups.flat().filter((edge) => edge.startsWith("nor_conv")).length,
  }),
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { builtInKinds, KindHost, loadPlugins, testKind } from "../../src/plugins/index.ts";

const example = fileURLToPath(new URL("../../examples/plugin/nas-cell-kind.ts", import.meta.url));
const CELL = "|nor_conv_3x3~0|+|nor_conv_3x3~0|skip_connect~1|+|none~0|none~1|nor_conv_1x1~2|";

describe("the example of a plugin of one's own", () => {
  test("loads from its file and works beside the built-in kinds", async () => {
    const host = new KindHost([...builtInKinds(), ...(await loadPlugins([example]))]);
    const { kind, text, features } = await host.serialise({
      filename: "a.cell",
      text: `  ${CELL}\n`,
    });
    expect({ kind, text, features }).toEqual({
      kind: "x/nas-cell",
      text: CELL,
      features: { convolutions: 3 },
    });
  });

  test("passes the conformance kit", async () => {
    const [plugin] = await loadPlugins([example]);
    expect(
      await testKind(plugin!, {
        valid: [CELL],
        invalid: ["", "|conv~0|", CELL.replace("none~0", "none~1"), `${CELL}+||`],
        same: [[CELL, CELL.replaceAll("+", "\n+ ")]],
        different: [[CELL, CELL.replace("none~0", "skip_connect~0")]],
      }),
    ).toEqual([]);
  });
});

describe("what is no plugin is refused with the file's name", () => {
  const dir = mkdtempSync(join(tmpdir(), "auspex-plugin-"));
  afterAll(() => rmSync(dir, { recursive: true }));

  test.each([
    ["missing", undefined, "cannot load"],
    ["broken", "export default {", "cannot load"],
    ["empty", "export const x = 1;", "no kind plugin"],
    ["incomplete", "export default { name: 'a', apiVersion: 1 }", "kind"],
    ["other-api", "export default () => [{ name: 'a', apiVersion: 7 }]", "apiVersion"],
  ])("%s", async (name, content, reason) => {
    const path = join(dir, `${name}.mjs`);
    if (content !== undefined) writeFileSync(path, content);
    await expect(loadPlugins([path])).rejects.toThrow(reason);
  });
});

// The auspex commands in deployment files, found the way each kind of file writes them.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import { z } from "zod";

const FOLDER = new URL("../../configs/deploy/", import.meta.url);

export function pathOf(name: string): string {
  return fileURLToPath(new URL(name, FOLDER));
}

export function textOf(name: string): string {
  return readFileSync(pathOf(name), "utf8");
}

const container = z.object({
  name: z.string(),
  image: z.string(),
  args: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  ports: z.array(z.object({ name: z.string(), containerPort: z.int() })).default([]),
  resources: z.object({ requests: z.object({}).loose(), limits: z.object({}).loose() }),
  securityContext: z.object({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
  }),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
  startupProbe: probe().optional(),
  livenessProbe: probe().optional(),
});

function probe() {
  return z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) });
}

export const jobSchema = z.object({
  kind: z.literal("Job"),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    podFailurePolicy: z.object({
      rules: z.array(
        z.object({
          action: z.enum(["FailJob", "Ignore"]),
          onExitCodes: z
            .object({ containerName: z.string(), values: z.array(z.int().positive()) })
            .optional(),
        }),
      ),
    }),
    template: z.object({
      spec: z.object({
        restartPolicy: z.literal("Never"),
        terminationGracePeriodSeconds: z.int().positive(),
        securityContext: z.object({ runAsNonRoot: z.literal(true) }),
        initContainers: z.array(container),
        containers: z.array(container).length(1),
        volumes: z.array(z.object({ name: z.string() })),
      }),
    }),
  }),
});

/** Every object of a manifest. @throws when a document is not YAML. */
export function objectsOf(name: string): Record<string, unknown>[] {
  return parseAllDocuments(textOf(name)).map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    return document.toJS() as Record<string, unknown>;
  });
}

/** Words of each `auspex ...` command line of a shell script or a unit; variables stay as they are written. */
export function commandLinesOf(text: string): string[][] {
  const joined = text.replaceAll(/\\\n\s*/g, " ");
  const pattern = /(?:\/usr\/bin\/auspex|"\$auspex"|"\$AUSPEX_COMMAND") (.*)/g;
  return [...joined.matchAll(pattern)].map((match) =>
    match[1]!
      .replace(/(\|\||&).*$/, "")
      .trim()
      .split(/\s+/),
  );
}

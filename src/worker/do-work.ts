// Does one piece of work: microshard by microshard, each node summed along the tree before it is handed on.

import { type FloatPool, microshardsOf, TreeReducer } from "../collective/index.ts";
import type { LeafStats } from "../protocol/index.ts";
import type { RunCompute } from "./compute.ts";
import type { ComputeEvents, Work } from "./compute-port.ts";

export interface WorkContext {
  readonly compute: RunCompute;
  readonly parameters: Float32Array;
  /** Arrays for gradients; those handed to `nodeDone` come back by its `release`. */
  readonly pool: FloatPool;
  readonly isRevoked: () => boolean;
  readonly events: Pick<ComputeEvents, "partDone" | "leafDone" | "nodeDone" | "evaluated">;
}

export async function doWork(work: Work, context: WorkContext): Promise<void> {
  if (work.purpose === "evaluation") return evaluate(work, context);
  const { compute, parameters, pool, isRevoked, events } = context;
  const { parametersId, step, workId, blocks } = work;
  const microshards = work.nodes.flatMap(microshardsOf);
  for (const node of work.nodes) {
    const reducer = new TreeReducer(node, pool);
    const leaves: LeafStats[] = [];
    for (const microshard of microshardsOf(node)) {
      if (isRevoked()) {
        reducer.clear();
        return;
      }
      const out = pool.take();
      const stats = await compute.gradient(parameters, parametersId, step, microshard, out, {
        block: blocks[microshards.indexOf(microshard)],
        partDone: () => events.partDone(workId),
        isRevoked,
      });
      if (isRevoked()) {
        pool.give(out);
        reducer.clear();
        return;
      }
      leaves.push({ microshard, ...stats });
      events.leafDone(work.workId);
      const sum = reducer.add({ lo: microshard, width: 1 }, out);
      if (sum !== undefined) {
        events.nodeDone(work.workId, node, sum, leaves, () => pool.give(sum));
      }
    }
  }
  // A worker mostly gets the same microshards again.
  compute.prefetch?.(step + 1, microshards);
}

async function evaluate(work: Work, context: WorkContext): Promise<void> {
  const { compute, parameters, isRevoked, events } = context;
  const leaves: LeafStats[] = [];
  for (const microshard of work.nodes.flatMap(microshardsOf)) {
    if (isRevoked()) return;
    leaves.push({
      microshard,
      ...(await compute.evaluate(parameters, work.parametersId, microshard)),
    });
    events.leafDone(work.workId);
  }
  events.evaluated(work.workId, leaves);
}

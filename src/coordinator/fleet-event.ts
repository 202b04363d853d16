// What happens to the workers of a run, for whoever watches.

import type { RefuseCode } from "../protocol/index.ts";
import type { ConnectionRefusal } from "../transport/index.ts";
import type { Alert } from "./audit.ts";
import type { Work } from "./current-work.ts";

export type FleetEvent =
  /** `left`: it said so; `lost`: it died, fell silent or broke the rules. */
  | { readonly kind: "joined" | "left" | "lost"; readonly worker: string; readonly reason: string }
  /** `attempt` counts earlier leases of the same microshards: above 0 it is a re-issue. */
  | {
      readonly kind: "leased";
      readonly worker: string;
      readonly leaseId: number;
      readonly purpose: Work["purpose"];
      readonly step: number;
      readonly attempt: number;
      readonly numMicroshards: number;
    }
  | {
      readonly kind: "expired";
      readonly worker: string;
      readonly leaseId: number;
      readonly withoutProgressMs: number;
    }
  | {
      readonly kind: "reissued" | "backed-up";
      readonly worker: string;
      readonly numMicroshards: number;
    }
  | {
      readonly kind: "refused";
      readonly code: RefuseCode | ConnectionRefusal["code"] | "FOREIGN_SESSION";
      readonly text: string;
    }
  | { readonly kind: "paused" | "continued"; readonly reason: string }
  | Alert;

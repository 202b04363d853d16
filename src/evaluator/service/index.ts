export { type AccessToken, type Scope } from "./auth.ts";
export { Metrics } from "./metrics.ts";
export { startService, type Service, type ServiceLimits, type ServiceOptions } from "./server.ts";

export { type AccessToken, type Scope } from "./auth.ts";
export { type NatsService, type NatsServiceOptions, startNatsService } from "./nats-service.ts";
export { type Service, type ServiceLimits, type ServiceOptions, startService } from "./server.ts";

export { DASHBOARD_POLICY, dashboardPage } from "./page.ts";
export { dashboardParts } from "./parts.ts";

export { createHealth, type Health, type HealthReport } from './health.ts'

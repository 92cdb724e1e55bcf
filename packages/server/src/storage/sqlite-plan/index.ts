export { openMemoryPlan, openSqlitePlan, type SqlitePlan } from './sqlite-plan.ts'

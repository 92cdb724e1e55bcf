export { openPlanDatabase } from './plan-database.ts'
export { openMemoryPlan, openSqlitePlan, type SqlitePlan } from './sqlite-plan.ts'

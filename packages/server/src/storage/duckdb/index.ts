export { createDuckdbEngine } from './duckdb-engine.ts'

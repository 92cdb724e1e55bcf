export { type HistoryTelemetry, openSqliteHistory, type SqliteHistoryOptions } from './sqlite-history.ts'

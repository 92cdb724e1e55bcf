export { createDatabaseThread, type DatabaseConnection, type DatabaseThread } from './database-thread.ts'

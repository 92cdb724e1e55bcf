export { openCatalogDatabase } from './catalog-database.ts'
export { catalogTexts, checkCatalogFile } from './check-file.ts'
export { openSqliteCatalog, type SqliteCatalog } from './sqlite-catalog.ts'

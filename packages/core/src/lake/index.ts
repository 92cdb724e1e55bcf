export { storedType } from './column-type.ts'
export { type LakeRow, lakeRow } from './row-line.ts'
export { type LakeTableKind, lakeTableSchemas } from './table-schemas.ts'

export { storedType } from './column-type.ts'
export { parseRecord } from './exact-json.ts'
export { type LakeRow, lakeRow, lakeRowWith } from './row-line.ts'
export { type LakeTableKind, lakeTableSchemas, rowLineBytesMax, storedColumns } from './table-schemas.ts'

import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBUnionValue,
} from '@duckdb/node-api'
import type { EngineValue } from '../../ports/lake-engine.ts'

/** A value of DuckDB as the port promises it. */
export function plainValue(value: unknown): EngineValue {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) return value.items.map(plainValue)
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([name, part]) => [name, plainValue(part)]))
  }
  if (value instanceof DuckDBMapValue) {
    return new Map(value.entries.map((entry) => [plainValue(entry.key), plainValue(entry.value)]))
  }
  if (value instanceof DuckDBUnionValue) return plainValue(value.value)
  if (value instanceof DuckDBBlobValue) return value.bytes
  return String(value)
}

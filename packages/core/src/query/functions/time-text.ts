import type { SqlType } from '../sql-type.ts'

/*
 * Texts of the engine over times. A timestamp with time zone is {u: instant in UTC, z: zone}: functions of the calendar
 * ask for the local time, those of the instant take u.
 */

export type TimeKind = 'date' | 'timestamp' | 'timestamptz'

/** Minutes of an offset `+05:30`; the engine's own zones are named. */
function offsetMinutes(zone: string): string {
  return `((CASE WHEN ${zone}[1] = '-' THEN -1 ELSE 1 END) * (CAST(${zone}[2:3] AS BIGINT) * 60 + CAST(${zone}[5:6] AS BIGINT)))`
}

/** The time that clocks of its zone show. */
export function localTime(kind: TimeKind, x: string): string {
  if (kind === 'timestamp') return x
  if (kind === 'date') return `CAST(${x} AS TIMESTAMP)`
  return inZone(`${x}.u`, `${x}.z`)
}

/** The time that clocks of `zone` show at an instant given in UTC. */
export function inZone(instant: string, zone: string): string {
  return (
    `CASE WHEN ${zone} = 'UTC' THEN ${instant} WHEN ${zone} SIMILAR TO '[+-].*' THEN ${instant} + to_minutes(${offsetMinutes(zone)}) ` +
    `ELSE timezone(${zone}, timezone('UTC', ${instant})) END`
  )
}

/** The instant, in UTC, at which clocks of `zone` show `local`. */
export function instantOf(local: string, zone: string): string {
  return (
    `CASE WHEN ${zone} = 'UTC' THEN ${local} WHEN ${zone} SIMILAR TO '[+-].*' THEN ${local} - to_minutes(${offsetMinutes(zone)}) ` +
    `ELSE timezone('UTC', timezone(${zone}, ${local})) END`
  )
}

/** A local time back in the type that it was taken from. */
export function fromLocal(kind: TimeKind, local: string, original: string): string {
  if (kind === 'timestamp') return `CAST(${local} AS TIMESTAMP)`
  if (kind === 'date') return `CAST(${local} AS DATE)`
  return zoned(instantOf(`CAST(${local} AS TIMESTAMP)`, `${original}.z`), `${original}.z`, original)
}

/** NULL as a whole where `of` is. */
export function zoned(instant: string, zone: string, of: string): string {
  return `CASE WHEN ${of} IS NULL THEN NULL ELSE {'u': ${instant}, 'z': ${zone}} END`
}

/** The instant for comparing, in UTC. */
export function instant(kind: TimeKind, x: string): string {
  return kind === 'timestamptz' ? `${x}.u` : x
}

/** `undefined` for what is no time. */
export function timeKind(type: SqlType): TimeKind | undefined {
  if (type.kind === 'timestamp with time zone') return 'timestamptz'
  return type.kind === 'date' || type.kind === 'timestamp' ? type.kind : undefined
}

import { type LakeTableKind, storedColumns } from '@cairn/core/lake'
import type { EngineConversion, EngineFile } from '../../ports/lake-engine.ts'
import type { DayRows, PartFile, TableState, TailFile } from '../../ports/lake-files.ts'

/** Rows that become typed files together, and what those will be. */
export interface Packing {
  /** Names of the files they come from. */
  readonly inputs: readonly (TailFile | PartFile)[]
  readonly outputs: readonly PackedDay[]
  readonly effort: EngineConversion['effort']
}

export interface PackedDay extends DayRows {
  readonly day: string
  /** Rows without an event time that are filed here. */
  readonly undated: number
}

/** Lines turned into typed files at once: in memory they take about as much. */
const packBytesMax = 256 * 1024 * 1024

/** Parts of a day with fewer rows are merged: what a query opens stays few, and what is alike lies together. */
export const smallPartRows = 250_000
const mergedRowsMax = 500_000
/** Fewer small parts are left alone, unless none is large: each merging writes all their rows again. */
const smallPartsMin = 2

/**
 * The oldest new rows of a table by day, without days that are over for the table: those before `firstDay`. Rows
 * without a time are filed under `today`.
 */
export function planPack(
  { sealed }: TableState,
  { today, firstDay }: { readonly today: string; readonly firstDay: string },
): Packing | undefined {
  const inputs: TailFile[] = []
  let bytes = 0
  for (const file of sealed) {
    if (inputs.length > 0 && bytes + file.bytes > packBytesMax) break
    inputs.push(file)
    bytes += file.bytes
  }
  if (inputs.length === 0) return undefined
  const undated = inputs.reduce((sum, file) => sum + file.undated, 0)
  const days = new Map<string, DayRows>()
  for (const file of inputs)
    for (const [day, rows] of Object.entries(file.days)) days.set(day, merged([days.get(day), rows]))
  const midnight = Date.parse(today)
  if (undated > 0 && !days.has(today)) days.set(today, { rows: 0, eventTimeMsMin: midnight, eventTimeMsMax: midnight })
  const outputs = [...days]
    .filter(([day]) => day >= firstDay)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, rows]) => ({ day, ...rows, undated: day === today ? undated : 0 }))
  return { inputs, outputs, effort: 'fast' }
}

/** The small parts of the first day that has several. */
export function planMerge({ parts }: TableState): Packing | undefined {
  const days = Map.groupBy(
    parts.filter(({ rows }) => rows < smallPartRows),
    ({ day }) => day,
  )
  for (const [day, small] of days) {
    const inputs: PartFile[] = []
    let rows = 0
    for (const part of small) {
      if (rows + part.rows > mergedRowsMax) break
      inputs.push(part)
      rows += part.rows
    }
    if (inputs.length < smallPartsMin) continue
    return { inputs, outputs: [{ day, ...merged(inputs), undated: 0 }], effort: 'thorough' }
  }
  return undefined
}

function merged(parts: readonly (DayRows | undefined)[]): DayRows {
  const known = parts.filter((part) => part !== undefined)
  return {
    rows: known.reduce((sum, { rows }) => sum + rows, 0),
    eventTimeMsMin: Math.min(...known.map(({ eventTimeMsMin }) => eventTimeMsMin)),
    eventTimeMsMax: Math.max(...known.map(({ eventTimeMsMax }) => eventTimeMsMax)),
  }
}

/** What lies together compresses together, and is skipped together by queries that look for something else. */
const order: Readonly<Record<LakeTableKind, string>> = {
  events: 'eventsource, eventname, useridentity.arn, eventtime',
  insights: 'insighteventsource, insighteventname, eventtime',
  activity: 'eventdata.eventsource, eventdata.eventname, eventtime',
}

/** `pathOf` gives inputs their place, `newPath` outputs theirs. Memory and scratch are the caller's. */
export function conversionOf(
  kind: LakeTableKind,
  { inputs, outputs, effort }: Packing,
  { pathOf, newPath }: { pathOf(file: string): string; newPath(day: string): string },
): Omit<EngineConversion, 'scratch' | 'memoryBytesMax'> {
  const paths = inputs.map(({ file }) => pathOf(file))
  const isLine = (path: string): boolean => path.endsWith('.ndjson')
  return {
    lines: paths.filter(isLine),
    parquet: paths.filter((path) => !isLine(path)),
    columns: storedColumns(kind),
    outputs: outputs.map(({ day, undated }) => ({
      path: newPath(day),
      select: `SELECT * FROM input WHERE ${inDay(day, undated > 0 || effort === 'thorough')} ORDER BY ${order[kind]}`,
    })),
    effort,
  }
}

/** A merged part keeps all rows of its inputs, those without a time included. */
function inDay(day: string, takesUndated: boolean): string {
  const within = `eventtime >= TIMESTAMP '${day}' AND eventtime < TIMESTAMP '${day}' + INTERVAL 1 DAY`
  return takesUndated ? `(eventtime IS NULL OR ${within})` : within
}

/** The part that a file became; `undefined` when it has another number of rows than it must. */
export function partOf(file: string, { undated, rows, ...output }: PackedDay, made: EngineFile): PartFile | undefined {
  if (made.rows !== rows + undated) return undefined
  return { ...output, file, rows: made.rows, bytes: made.bytes, sha256: made.sha256 }
}

import { quotedText } from '../engine-text.ts'
import { refuse, refuseUnsupported } from '../refusal.ts'
import { bigint, type SqlType } from '../sql-type.ts'
import { type Call, scalar, scalarCall, type Variant } from './definition.ts'
import { jodaFormat, mysqlFormat } from './time-format.ts'
import { fromLocal, instant, instantOf, inZone, localTime, type TimeKind, timeKind, zoned } from './time-text.ts'

const kinds: readonly TimeKind[] = ['date', 'timestamp', 'timestamptz']
const now = "CAST(timezone('UTC', now()) AS TIMESTAMP)"
const nowMilliseconds = `date_trunc('milliseconds', ${now})`

/** Fields of the calendar that are functions too, and the engine's text over a local time. */
const fields: Readonly<Record<string, string>> = {
  year: 'year', quarter: 'quarter', month: 'month', week: 'week', week_of_year: 'week', day: 'day', day_of_month: 'day',
  day_of_week: 'isodow', dow: 'isodow', day_of_year: 'dayofyear', doy: 'dayofyear', year_of_week: 'isoyear',
  yow: 'isoyear', hour: 'hour', minute: 'minute', second: 'second',
} // biome-ignore format: one field after the other

/** Units of `date_trunc`, `date_add` and `date_diff`; a date has those from day up. */
const units = ['millisecond', 'second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year']

function unitOf(call: Call, kind: TimeKind): string {
  const unit = call.args[0]?.literal?.toLowerCase()
  if (unit === undefined) refuseUnsupported(call.place, `${call.name} with a unit that is not a literal`)
  if (!units.includes(unit) || (kind === 'date' && units.indexOf(unit) < units.indexOf('day'))) {
    refuse(call.place, `'${unit}' is not a valid ${kind === 'date' ? 'DATE' : 'TIMESTAMP'} field`)
  }
  return unit
}

/** Text of the engine for `extract` and the functions of its name. `undefined` for what is no field. */
export function calendarField(field: string, type: SqlType, x: string): string | undefined {
  if (type.kind === 'interval day to second') return intervalFields[field]?.(x)
  const kind = timeKind(type)
  if (kind === undefined) return undefined
  if (field === 'millisecond' && kind !== 'date') return `CAST(millisecond(${localTime(kind, x)}) % 1000 AS BIGINT)`
  const engine = fields[field]
  const isClock = ['hour', 'minute', 'second'].includes(field)
  if (engine === undefined || (isClock && kind === 'date')) return undefined
  return `CAST(${engine}(${localTime(kind, x)}) AS BIGINT)`
}

const intervalFields: Readonly<Record<string, (ms: string) => string>> = {
  day: (ms) => `(${ms} // 86400000)`,
  hour: (ms) => `((${ms} // 3600000) % 24)`,
  minute: (ms) => `((${ms} // 60000) % 60)`,
  second: (ms) => `((${ms} // 1000) % 60)`,
  millisecond: (ms) => `(${ms} % 1000)`,
}

/** Minutes that clocks of its zone are ahead. */
const offsetOf = (x: string) => `date_diff('minute', ${x}.u, ${localTime('timestamptz', x)})`

const fieldFunctions = (): Variant[] =>
  [...Object.keys(fields), 'millisecond'].flatMap((field) =>
    kinds
      .filter((kind) => calendarField(field, typeNamed(kind), '') !== undefined)
      .map((kind) => scalar(`${field}(${kind}) -> bigint`, (x) => calendarField(field, typeNamed(kind), x) ?? '')),
  )

function typeNamed(kind: TimeKind): SqlType {
  if (kind === 'date') return { kind }
  return { kind: kind === 'timestamptz' ? 'timestamp with time zone' : kind, precision: 3 }
}

/** The last type among the arguments, with its precision. */
const lastType = (args: readonly SqlType[]): SqlType => args.at(-1) ?? bigint

const arithmeticFunctions = (): Variant[] =>
  kinds.flatMap((kind) => [
    scalarCall(
      `date_trunc(varchar, ${kind}) -> ${kind}`,
      (call, _unit, x) => fromLocal(kind, `date_trunc('${unitOf(call, kind)}', ${localTime(kind, x)})`, x),
      lastType,
    ),
    scalarCall(
      `date_add(varchar, bigint, ${kind}) -> ${kind}`,
      (call, _unit, n, x) => {
        const unit = unitOf(call, kind)
        const step = unit === 'quarter' ? `to_months(CAST(${n} * 3 AS INTEGER))` : stepOf(unit, n)
        return fromLocal(kind, `(${localTime(kind, x)} + ${step})`, x)
      },
      lastType,
    ),
    // The engine's date_sub counts whole units, as Trino's date_diff does; its date_diff counts crossed borders.
    scalarCall(`date_diff(varchar, ${kind}, ${kind}) -> bigint`, (call, _unit, from, to) => {
      const unit = unitOf(call, kind)
      // Days are those of the first one's zone, some of which have 23 hours.
      const isLocal = kind === 'timestamptz' && units.indexOf(unit) >= units.indexOf('day')
      const [start, end] = isLocal
        ? [inZone(`${from}.u`, `${from}.z`), inZone(`${to}.u`, `${from}.z`)]
        : [instant(kind, from), instant(kind, to)]
      return `date_sub('${unit}', ${start}, ${end})`
    }),
    scalar(`date(${kind}) -> date`, (x) => `CAST(${localTime(kind, x)} AS DATE)`),
    scalar(`last_day_of_month(${kind}) -> date`, (x) => `last_day(${localTime(kind, x)})`),
    scalarCall(
      `date_format(${kind}, varchar) -> varchar`,
      (call, x) => `strftime(${localTime(kind, x)}, ${quotedText(mysqlFormat(call.place, call.args[1]?.literal))})`,
    ),
    scalarCall(
      `format_datetime(${kind}, varchar) -> varchar`,
      (call, x) => `strftime(${localTime(kind, x)}, ${quotedText(jodaFormat(call.place, call.args[1]?.literal))})`,
    ),
    scalar(
      `to_unixtime(${kind}) -> double`,
      (x) => `(epoch_us(CAST(${instant(kind, x)} AS TIMESTAMP)) / 1000000.0::DOUBLE)`,
    ),
  ])

function stepOf(unit: string, n: string): string {
  const isSmall = unit === 'millisecond' || unit === 'second' || unit === 'minute' || unit === 'hour'
  return isSmall ? `to_${unit}s(${n})` : `to_${unit}s(CAST(${n} AS INTEGER))`
}

const iso =
  "'^(\\d{4}-\\d{2}-\\d{2})(?:T(\\d{2}(?::\\d{2}(?::\\d{2}(?:[.,]\\d{1,9})?)?)?)?)?(Z|[+-]\\d{2}(?::?\\d{2})?)?$'"

/** ISO 8601 with any of its parts from the hour on missing; without a zone it is UTC. */
function isoInstant(s: string): string {
  const part = (group: number) => `regexp_extract(${s}, ${iso}, ${group})`
  const clock = `CASE length(${part(2)}) WHEN 0 THEN '00:00:00' WHEN 2 THEN ${part(2)} || ':00:00' WHEN 5 THEN ${part(2)} || ':00' ELSE replace(${part(2)}, ',', '.') END`
  const zone = `CASE WHEN ${part(3)} IN ('', 'Z', '+00:00', '-00:00', '+00', '+0000') THEN 'UTC' WHEN length(${part(3)}) = 3 THEN ${part(3)} || ':00' WHEN length(${part(3)}) = 5 THEN ${part(3)}[1:3] || ':' || ${part(3)}[4:5] ELSE ${part(3)} END`
  const local = `date_trunc('milliseconds', CAST(${part(1)} || ' ' || ${clock} AS TIMESTAMP))`
  return `CASE WHEN ${s} IS NULL THEN NULL ELSE {'u': ${instantOf(local, `(${zone})`)}, 'z': ${zone}} END`
}

/** @source Trino documentation, "Date and time functions and operators" */
export const timeFunctions = (): Variant[] => [
  scalar('now() -> timestamptz', () => `{'u': ${nowMilliseconds}, 'z': 'UTC'}`),
  scalar('current_timestamp() -> timestamptz', () => `{'u': ${nowMilliseconds}, 'z': 'UTC'}`),
  scalar('localtimestamp() -> timestamp', () => nowMilliseconds),
  scalar('current_date() -> date', () => `CAST(${now} AS DATE)`),
  scalar('current_timezone() -> varchar', () => "'UTC'"),
  ...fieldFunctions(),
  ...Object.entries(intervalFields).map(([field, text]) => scalar(`${field}(interval_ds) -> bigint`, text)),
  ...arithmeticFunctions(),
  scalar('date(varchar) -> date', (s) => `CAST(${s} AS DATE)`),
  scalarCall(
    'date_parse(varchar, varchar) -> timestamp',
    (call, s) => `strptime(${s}, ${quotedText(mysqlFormat(call.place, call.args[1]?.literal))})`,
  ),
  scalarCall('parse_datetime(varchar, varchar) -> timestamptz', (call, s) =>
    zoned(`strptime(${s}, ${quotedText(jodaFormat(call.place, call.args[1]?.literal))})`, "'UTC'", s),
  ),
  scalar('from_unixtime(double) -> timestamptz', (n) =>
    zoned(`make_timestamp(CAST(round(${n} * 1000) AS BIGINT) * 1000)`, "'UTC'", n),
  ),
  scalar('from_unixtime(double, varchar) -> timestamptz', (n, zone) =>
    zoned(`make_timestamp(CAST(round(${n} * 1000) AS BIGINT) * 1000)`, zone, n),
  ),
  scalar('from_iso8601_timestamp(varchar) -> timestamptz', isoInstant),
  scalar('from_iso8601_date(varchar) -> date', (s) => `CAST(${s} AS DATE)`),
  scalar('to_iso8601(date) -> varchar', (x) => `CAST(${x} AS VARCHAR)`),
  scalarCall('to_iso8601(timestamp) -> varchar', (call, x) => isoText(call, x)),
  scalarCall(
    'to_iso8601(timestamptz) -> varchar',
    (call, x) =>
      `(${isoText(call, localTime('timestamptz', x))} || CASE WHEN ${x}.z = 'UTC' THEN 'Z' ELSE ${offsetText(x)} END)`,
  ),
  scalar('at_timezone(timestamptz, varchar) -> timestamptz', (x, zone) => zoned(`${x}.u`, zone, x)),
  scalar('timezone(timestamptz) -> varchar', (x) => `${x}.z`),
  scalar('timezone_hour(timestamptz) -> bigint', (x) => `CAST(trunc(${offsetOf(x)} / 60) AS BIGINT)`),
  scalar('timezone_minute(timestamptz) -> bigint', (x) => `CAST(${offsetOf(x)} % 60 AS BIGINT)`),
  scalar('with_timezone(timestamp, varchar) -> timestamptz', (x, zone) => zoned(instantOf(x, zone), zone, x)),
  scalar('to_milliseconds(interval_ds) -> bigint', (x) => x),
]

/** With the digits of the fraction that the argument's type has. */
function isoText(call: Call, local: string): string {
  const type = call.args[0]?.type
  const precision = type !== undefined && 'precision' in type ? type.precision : 3
  const fraction = precision === 0 ? '' : precision <= 3 ? '.%g' : '.%f'
  return `strftime(${local}, '%Y-%m-%dT%H:%M:%S${fraction}')`
}

/** `+05:30`, from how far local time is from UTC. */
function offsetText(x: string): string {
  const minutes = `date_diff('minute', ${x}.u, ${localTime('timestamptz', x)})`
  return `(CASE WHEN ${minutes} < 0 THEN '-' ELSE '+' END || lpad(CAST(abs(${minutes}) // 60 AS VARCHAR), 2, '0') || ':' || lpad(CAST(abs(${minutes}) % 60 AS VARCHAR), 2, '0'))`
}

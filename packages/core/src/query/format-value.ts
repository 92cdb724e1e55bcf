import { fieldName } from './engine-text.ts'
import { showAddress } from './ip-address.ts'
import type { SqlType } from './sql-type.ts'
import { inZone } from './zoned-time.ts'

/**
 * A value as results show it: all values are text. `null` for NULL.
 *
 * Numbers as Java prints them, times as `2026-02-03 04:05:06.000`, rows and maps as `{type=AssumedRole, arn=…}`, arrays
 * as `[a, b]`, NULLs inside as `null`.
 *
 * @param value as the engine's port hands it out
 */
export function formatValue(value: unknown, type: SqlType): string | null {
  if (value === null || value === undefined) return null
  switch (type.kind) {
    case 'double':
    case 'real':
      return formatDouble(Number(value), type.kind === 'real')
    case 'timestamp':
      return formatTimestamp(String(value))
    case 'timestamp with time zone':
      return formatZoned(value)
    case 'interval day to second':
      return formatDayTime(Number(value))
    case 'interval year to month': {
      const months = Number(value)
      return `${months < 0 ? '-' : ''}${Math.floor(Math.abs(months) / 12)}-${Math.abs(months) % 12}`
    }
    case 'varbinary':
      return value instanceof Uint8Array
        ? [...value].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
        : String(value)
    case 'ipaddress':
      return value instanceof Uint8Array ? showAddress(value) : String(value)
    case 'array':
      return Array.isArray(value) ? `[${value.map((item) => inner(item, type.element)).join(', ')}]` : String(value)
    case 'map':
      return value instanceof Map
        ? `{${[...value].map(([key, item]) => `${inner(key, type.key)}=${inner(item, type.value)}`).join(', ')}}`
        : String(value)
    case 'row':
      return formatRow(value, type)
    default:
      return String(value)
  }
}

function inner(value: unknown, type: SqlType): string {
  return formatValue(value, type) ?? 'null'
}

function formatRow(value: unknown, type: Extract<SqlType, { kind: 'row' }>): string {
  const fields = value as Readonly<Record<string, unknown>>
  const parts = type.fields.map((field, index) => {
    return `${field.name ?? `field${index}`}=${inner(fields[fieldName(type, index)], field.type)}`
  })
  return `{${parts.join(', ')}}`
}

/** Java's Double.toString: `1.0`, `1.5E10`, `1.0E-5`. */
function formatDouble(value: number, isSingle: boolean): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity'
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const size = Math.abs(value)
  const shown = isSingle ? shortestSingle(value) : String(value)
  if (size >= 1e-3 && size < 1e7) return shown.includes('.') ? shown : `${shown}.0`
  const [mantissa = '', exponent = ''] = Number(shown).toExponential().split('e')
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`
}

/** The fewest digits that still mean the same single. */
function shortestSingle(value: number): string {
  for (let digits = 1; digits < 9; digits += 1) {
    const text = value.toPrecision(digits)
    if (Math.fround(Number(text)) === Math.fround(value)) return String(Number(text))
  }
  return String(value)
}

/** Always milliseconds, whatever the type's precision. */
function formatTimestamp(text: string): string {
  const [whole = '', fraction = ''] = text.split('.')
  return `${whole}.${fraction.padEnd(3, '0').slice(0, 3)}`
}

function formatZoned(value: unknown): string | null {
  const { u, z } = value as { readonly u: unknown; readonly z: unknown }
  if (u === null || u === undefined) return null
  const zone = String(z)
  return `${formatTimestamp(inZone(String(u), zone))} ${zone}`
}

function formatDayTime(ms: number): string {
  const size = Math.abs(ms)
  const two = (number: number) => String(Math.floor(number)).padStart(2, '0')
  const days = Math.floor(size / 86_400_000)
  const clock = `${two((size / 3_600_000) % 24)}:${two((size / 60_000) % 60)}:${two((size / 1000) % 60)}`
  return `${ms < 0 ? '-' : ''}${days} ${clock}.${String(size % 1000).padStart(3, '0')}`
}

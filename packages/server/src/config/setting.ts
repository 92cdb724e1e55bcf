import { z } from 'zod'

/**
 * Schemas of single settings. Each reads the native value of a YAML file and the text of the environment or a flag
 * alike, and says in one sentence what it wants when it gets something else.
 */

/** What documentation and the command line need to know of a setting beyond its schema. */
export interface SettingFacts {
  /** What it does, for the operator: sentences, shown in help and in the reference. */
  readonly description: string
  /** How a value looks where that is not obvious, e.g. `30d`. */
  readonly example?: string
  /** Files and folders: relative to the configuration file they stand in, else to the current folder. */
  readonly isPath?: boolean
  /** For values that hold paths inside: makes them absolute. */
  readonly inFolder?: (value: unknown, folder: string) => unknown
  /** What a number counts, so that it is shown the way it is written: `30d`, `2MiB`. */
  readonly unit?: 'duration' | 'size'
  /** The flag, where it is not the name of the setting: `--upstream` of `upstreams`. */
  readonly flag?: string
  /** The flag may be given several times; the texts are joined by spaces. */
  readonly isRepeatable?: boolean
  /** Named in `cairn serve --help`. */
  readonly isCommon?: boolean
}

const facts = z.registry<SettingFacts>()

/** Attaches the facts to a schema. Every setting has them. */
export function setting<Schema extends z.ZodType>(schema: Schema, about: SettingFacts): Schema {
  facts.add(schema, about)
  return schema
}

export function factsOf(schema: z.ZodType): SettingFacts | undefined {
  return facts.get(schema)
}

export function text(pattern?: RegExp, expected = 'text') {
  const schema = z.string({ error: `expected ${expected}` }).min(1, { error: `expected ${expected}`, abort: true })
  return pattern === undefined ? schema : schema.regex(pattern, { error: `expected ${expected}` })
}

export function integer(min: number, max: number) {
  const expected = `expected a whole number from ${min} to ${max}`
  return z.preprocess(
    (value) => (typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value),
    z.int({ error: expected }).min(min, { error: expected }).max(max, { error: expected }),
  )
}

export function yesNo() {
  return z.preprocess(
    (value) => (value === 'true' || value === 'yes' ? true : value === 'false' || value === 'no' ? false : value),
    z.boolean({ error: 'expected true or false' }),
  )
}

export function oneOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values, { error: `expected one of: ${values.join(', ')}` })
}

/** A list: a YAML sequence, or text separated by commas. */
export function listOf(item: z.ZodType<string>) {
  return z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value),
    z.array(item, { error: 'expected a list' }).readonly(),
  )
}

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** A duration such as `500ms`, `90s`, `30d`; milliseconds inside. Bounds are inclusive. */
export function durationMs(minMs: number, maxMs: number) {
  const expected = `expected a duration such as 90s, 12h or 30d, from ${formatDuration(minMs)} to ${formatDuration(maxMs)}`
  return z.preprocess(
    (value) => {
      const match = typeof value === 'string' ? /^(\d{1,12})(ms|s|m|h|d)$/.exec(value) : null
      return match === null
        ? typeof value === 'string'
          ? undefined
          : value
        : Number(match[1]) * unitMs[match[2] as 'ms']
    },
    z.int({ error: expected }).min(minMs, { error: expected }).max(maxMs, { error: expected }),
  )
}

const unitBytes = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const

/** A size such as `64KiB` or `5GiB`; bytes inside. Bounds are inclusive. */
export function sizeBytes(minBytes: number, maxBytes: number) {
  const expected = `expected a size such as 64KiB, 2MiB or 5GiB, from ${formatSize(minBytes)} to ${formatSize(maxBytes)}`
  return z.preprocess(
    (value) => {
      const match = typeof value === 'string' ? /^(\d{1,12}) ?(B|KiB|MiB|GiB)?$/.exec(value) : null
      if (match === null) return typeof value === 'string' ? undefined : value
      return Number(match[1]) * unitBytes[(match[2] ?? 'B') as 'B']
    },
    z.int({ error: expected }).min(minBytes, { error: expected }).max(maxBytes, { error: expected }),
  )
}

export function formatDuration(ms: number): string {
  return inLargestUnit(ms, unitMs)
}

export function formatSize(bytes: number): string {
  return inLargestUnit(bytes, unitBytes)
}

function inLargestUnit(value: number, units: Readonly<Record<string, number>>): string {
  const [name, factor] = Object.entries(units).findLast(([, size]) => value !== 0 && value % size === 0) ?? ['', 1]
  return value === 0 ? `0${Object.keys(units)[0]}` : `${value / factor}${name}`
}

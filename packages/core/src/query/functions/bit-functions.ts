import { engineType } from '../engine-text.ts'
import { bigint, type SqlType, varchar } from '../sql-type.ts'
import { scalar, type Variant } from './definition.ts'
import { failWhen, unlessNull } from './null-text.ts'

const widths = { tinyint: 8, smallint: 16, integer: 32, bigint: 64 } as const

const power = (bits: number | string) => `(1::HUGEINT << (${bits})::INTEGER)`

/** The bits of a number as one without a sign. */
const unsigned = (x: string, width: number) => `(${x}::HUGEINT & (${power(width)} - 1))`

/** The number whose bits these are. */
function signed(bits: string, width: number, type: SqlType): string {
  return `list_transform([${bits}], lambda b: CAST(CASE WHEN b >= ${power(width - 1)} THEN b - ${power(width)} ELSE b END AS ${engineType(type)}))[1]`
}

function shift(name: string, text: (x: string, by: string, width: number, type: SqlType) => string): Variant[] {
  return Object.entries(widths).map(([kind, width]) => {
    const type = { kind } as SqlType
    return scalar(`${name}(${kind}, bigint) -> ${kind}`, (x, by) =>
      unlessNull(
        [x, by],
        failWhen(
          `${by} < 0`,
          `${name} by a negative number is not supported by this installation`,
          type,
          text(x, by, width, type),
        ),
      ),
    )
  })
}

const digits = '0123456789abcdefghijklmnopqrstuvwxyz'

const numberOf = (s: string, radix: string) =>
  `list_reduce(list_transform(string_split(lower(ltrim(${s}, '+-')), ''), lambda c: (strpos('${digits}', c) - 1)::HUGEINT), ` +
  `lambda a, d: a * ${radix} + d)`

const ofRadix = (radix: string, type: SqlType, text: string) =>
  failWhen(`${radix} NOT BETWEEN 2 AND 36`, 'Radix must be between 2 and 36', type, text)

/** @source Trino documentation, "Bitwise functions", "Mathematical functions" */
export const bitFunctions = (): Variant[] => [
  ...shift(
    'bitwise_left_shift',
    (x, by, width, type) =>
      `CASE WHEN ${by} >= ${width} THEN 0 ELSE ` +
      `${signed(`((${x}::HUGEINT & (${power(`${width} - ${by}`)} - 1)) * ${power(by)})`, width, type)} END`,
  ),
  ...shift(
    'bitwise_right_shift',
    (x, by, width, type) =>
      `CASE WHEN ${by} >= ${width} THEN 0 ELSE ${signed(`(${unsigned(x, width)} >> (${by})::INTEGER)`, width, type)} END`,
  ),
  ...shift(
    'bitwise_right_shift_arithmetic',
    (x, by, width) =>
      `CASE WHEN ${by} >= ${width} THEN CASE WHEN ${x} < 0 THEN -1 ELSE 0 END ELSE (${x} >> (${by})::INTEGER) END`,
  ),
  scalar('to_base(bigint, bigint) -> varchar', (n, radix) =>
    unlessNull(
      [n, radix],
      ofRadix(
        radix,
        varchar,
        `CASE WHEN ${n} < 0 THEN '-' ELSE '' END || lower(to_base(abs(${n}), (${radix})::INTEGER))`,
      ),
    ),
  ),
  scalar('from_base(varchar, bigint) -> bigint', (s, radix) =>
    unlessNull(
      [s, radix],
      ofRadix(
        radix,
        bigint,
        failWhen(
          `NOT regexp_full_match(${s}, '[+-]?[0-9A-Za-z]{1,64}') OR ` +
            `list_max(list_transform(string_split(lower(ltrim(${s}, '+-')), ''), lambda c: strpos('${digits}', c))) > ${radix} OR ` +
            `length(ltrim(${s}, '+-0')) > 64`,
          'Not a valid number of that base',
          bigint,
          `CAST(CASE WHEN ${s}[1] = '-' THEN -1 ELSE 1 END * ${numberOf(s, radix)} AS BIGINT)`,
        ),
      ),
    ),
  ),
]

import { bigint, type SqlType } from '../sql-type.ts'
import { scalar, type Template, type Variant } from './definition.ts'
import { failWhen, unlessNull } from './null-text.ts'

const integers = ['tinyint', 'smallint', 'integer', 'bigint']
const inexact = ['real', 'double']

function forEach(kinds: readonly string[], signature: (kind: string) => string, template: Template): Variant[] {
  return kinds.map((kind) => scalar(signature(kind), template))
}

function ofDouble(name: string, engine: string): Variant {
  return scalar(`${name}(double) -> double`, (x) => `${engine}(${x})`)
}

/** The engine fails where Trino answers NaN. */
function ofDomain(name: string, engine: string, isOutside: (x: string) => string): Variant {
  return scalar(
    `${name}(double) -> double`,
    (x) => `CASE WHEN ${isOutside(x)} THEN 'NaN'::DOUBLE ELSE ${engine}(${x}) END`,
  )
}

const logarithm = (x: string, text: string) =>
  `CASE WHEN ${x} < 0 THEN 'NaN'::DOUBLE WHEN ${x} = 0 THEN '-Infinity'::DOUBLE ELSE ${text} END`

function wholePart(name: string, engine: string): Variant[] {
  return [
    ...forEach(
      integers,
      (kind) => `${name}(${kind}) -> ${kind}`,
      (x) => x,
    ),
    ...forEach(
      inexact,
      (kind) => `${name}(${kind}) -> ${kind}`,
      (x) => `${engine}(${x})`,
    ),
    scalar(
      `${name}(decimal) -> decimal`,
      (x) => `${engine}(${x})`,
      ([type]) => wholeDecimal(type),
    ),
  ]
}

function wholeDecimal(type: SqlType | undefined): SqlType {
  if (type?.kind !== 'decimal') return bigint
  const digits = type.precision - type.scale + (type.scale > 0 ? 1 : 0)
  return { kind: 'decimal', precision: Math.max(1, Math.min(38, digits)), scale: 0 }
}

function bitwise(name: string, text: Template): Variant {
  return scalar(`${name}(bigint, bigint) -> bigint`, text)
}

/** @source Trino documentation, "Mathematical functions and operators", "Bitwise functions" */
export const mathFunctions = (): Variant[] => [
  ...forEach(
    [...integers, ...inexact],
    (kind) => `abs(${kind}) -> ${kind}`,
    (x) => `abs(${x})`,
  ),
  scalar('abs(decimal) -> decimal', (x) => `abs(${x})`),
  ...wholePart('ceil', 'ceil'),
  ...wholePart('ceiling', 'ceil'),
  ...wholePart('floor', 'floor'),
  ...wholePart('round', 'round'),
  scalar('round(double, bigint) -> double', (x, n) => `round(${x}, CAST(${n} AS INTEGER))`),
  scalar('truncate(double) -> double', (x) => `trunc(${x})`),
  ...forEach(
    [...integers, ...inexact],
    (kind) => `sign(${kind}) -> ${kind}`,
    (x) => `sign(${x})`,
  ),
  ...integers.map((kind) =>
    scalar(`mod(${kind}, ${kind}) -> ${kind}`, (n, m) =>
      failWhen(`${m} = 0`, 'Division by zero', { kind } as SqlType, `${n} % ${m}`),
    ),
  ),
  scalar('mod(double, double) -> double', (n, m) => `CASE WHEN ${m} = 0 THEN 'NaN'::DOUBLE ELSE fmod(${n}, ${m}) END`),
  scalar('power(double, double) -> double', (x, p) => `pow(${x}, ${p})`),
  scalar('pow(double, double) -> double', (x, p) => `pow(${x}, ${p})`),
  ofDomain('sqrt', 'sqrt', (x) => `${x} < 0`),
  // The engine misses whole roots by the last digit.
  scalar(
    'cbrt(double) -> double',
    (x) => `CASE WHEN pow(round(cbrt(${x})), 3) = ${x} THEN round(cbrt(${x})) ELSE cbrt(${x}) END`,
  ),
  ofDouble('exp', 'exp'),
  scalar('ln(double) -> double', (x) => logarithm(x, `ln(${x})`)),
  scalar('log2(double) -> double', (x) => logarithm(x, `log2(${x})`)),
  scalar('log10(double) -> double', (x) => logarithm(x, `log10(${x})`)),
  scalar('log(double, double) -> double', (b, x) => logarithm(x, `(ln(${x}) / ln(${b}))`)),
  ofDouble('degrees', 'degrees'),
  ofDouble('radians', 'radians'),
  ...['sin', 'cos', 'tan', 'atan', 'sinh', 'cosh', 'tanh'].map((name) => ofDouble(name, name)),
  ofDomain('asin', 'asin', (x) => `abs(${x}) > 1`),
  ofDomain('acos', 'acos', (x) => `abs(${x}) > 1`),
  scalar('atan2(double, double) -> double', (y, x) => `atan2(${y}, ${x})`),
  scalar('pi() -> double', () => 'pi()'),
  scalar('e() -> double', () => 'exp(1)'),
  scalar('nan() -> double', () => "'NaN'::DOUBLE"),
  scalar('infinity() -> double', () => "'Infinity'::DOUBLE"),
  ...inexact.flatMap((kind) => [
    scalar(`is_nan(${kind}) -> boolean`, (x) => `isnan(${x})`),
    scalar(`is_finite(${kind}) -> boolean`, (x) => `isfinite(${x})`),
    scalar(`is_infinite(${kind}) -> boolean`, (x) => `isinf(${x})`),
  ]),
  scalar('random() -> double', () => 'random()'),
  scalar('rand() -> double', () => 'random()'),
  scalar('width_bucket(double, double, double, bigint) -> bigint', (x, low, high, count) =>
    unlessNull(
      [x, low, high, count],
      `CAST(CASE WHEN ${x} < least(${low}, ${high}) THEN CASE WHEN ${low} < ${high} THEN 0 ELSE ${count} + 1 END ` +
        `WHEN ${low} < ${high} AND ${x} >= ${high} THEN ${count} + 1 WHEN ${low} > ${high} AND ${x} > ${low} THEN 0 ` +
        `ELSE floor(${count} * (${x} - ${low}) / (${high} - ${low})) + 1 END AS BIGINT)`,
    ),
  ),
  bitwise('bitwise_and', (a, b) => `(${a} & ${b})`),
  bitwise('bitwise_or', (a, b) => `(${a} | ${b})`),
  bitwise('bitwise_xor', (a, b) => `xor(${a}, ${b})`),
  scalar('bitwise_not(bigint) -> bigint', (a) => `(-1 - ${a})`),
  scalar('bit_count(bigint, bigint) -> bigint', (x, bits) =>
    failWhen(`${bits} <> 64`, 'only 64 bits are supported', bigint, `CAST(bit_count(${x}) AS BIGINT)`),
  ),
]

import { engineType } from '../engine-text.ts'
import type { SqlType } from '../sql-type.ts'
import { type Apply, aggregate, type Variant, windowOnly } from './definition.ts'

const wide: SqlType = { kind: 'decimal', precision: 38, scale: 0 }

const sumType = (args: readonly SqlType[]): SqlType => {
  const [type] = args
  return type?.kind === 'decimal' ? { ...type, precision: 38 } : wide
}

/** One row of each group, compared by another value: NULLs of the value are left out, NULLs of the answer are not. */
function extremeBy(name: 'max_by' | 'min_by', engine: 'arg_max' | 'arg_min'): Variant[] {
  return [
    aggregate(`${name}(T, U) -> T`, (apply, x, by) => apply(`${engine}_null`, x, by)),
    aggregate(`${name}(T, U, bigint) -> array(T)`, (apply, x, by, n) => apply(engine, x, by, n)),
  ]
}

function extreme(name: 'max' | 'min'): Variant[] {
  return [
    aggregate(`${name}(T) -> T`, (apply, x) => apply(name, x)),
    aggregate(`${name}(T, bigint) -> array(T)`, (apply, x, n) => apply(name, x, n)),
  ]
}

const ofDoubles = (name: string, engine = name): Variant =>
  aggregate(`${name}(double) -> double`, (apply, x) => apply(engine, x))
const ofPairs = (name: string): readonly Variant[] => [
  aggregate(`${name}(real, real) -> real`, (apply, y, x) => `CAST(${apply(name, y, x)} AS FLOAT)`),
  aggregate(`${name}(double, double) -> double`, (apply, y, x) => apply(name, y, x)),
]

/** Entries of a group with a key, for making a map of them: of keys that come twice, the first. */
function ofEntries(apply: Apply, key: string, value: string, make: (entries: string) => string): string {
  const entries = `list_filter(${apply('list', `{'key': ${key}, 'value': ${value}}`)}, lambda e: e.key IS NOT NULL)`
  return `list_transform([${entries}], lambda m: ${make('m')})[1]`
}

const keysOf = (entries: string) => `list_transform(${entries}, lambda e: e.key)`

/** The engine's is a double; Trino's has the digits of its argument, rounded. */
function ofDecimals(): Variant {
  return {
    ...aggregate('avg(decimal) -> decimal', () => ''),
    emit({ apply, result }, x) {
      const scale = result.kind === 'decimal' ? result.scale : 0
      return `CAST(round(${apply('avg', x)}, ${scale}) AS ${engineType(result)})`
    },
  }
}

const percentile = (apply: (engine: string, ...args: string[]) => string, x: string, p: string) =>
  apply('quantile_disc', x, p)

/** @source Trino documentation, "Aggregate functions" */
export const aggregateFunctions = (): Variant[] => [
  aggregate('count() -> bigint', (apply) => apply('count', '*')),
  aggregate('count(T) -> bigint', (apply, x) => apply('count', x)),
  aggregate('count_if(boolean) -> bigint', (apply, x) => `CAST(${apply('count_if', x)} AS BIGINT)`),
  ...['tinyint', 'smallint', 'integer', 'bigint'].map((kind) =>
    aggregate(`sum(${kind}) -> bigint`, (apply, x) => `CAST(${apply('sum', x)} AS BIGINT)`),
  ),
  aggregate('sum(double) -> double', (apply, x) => apply('sum', x)),
  aggregate('sum(real) -> real', (apply, x) => `CAST(${apply('sum', x)} AS FLOAT)`),
  aggregate('sum(decimal) -> decimal', (apply, x) => apply('sum', x), sumType),
  aggregate('sum(interval_ds) -> interval_ds', (apply, x) => `CAST(${apply('sum', x)} AS BIGINT)`),
  ofDecimals(),
  // Of its own: the nearest of the others would be of reals, with seven digits.
  aggregate('avg(bigint) -> double', (apply, x) => apply('avg', x)),
  aggregate('avg(double) -> double', (apply, x) => apply('avg', x)),
  aggregate('avg(real) -> real', (apply, x) => `CAST(${apply('avg', x)} AS FLOAT)`),
  ...extreme('max'),
  ...extreme('min'),
  ...extremeBy('max_by', 'arg_max'),
  ...extremeBy('min_by', 'arg_min'),
  aggregate('arbitrary(T) -> T', (apply, x) => apply('any_value', x)),
  aggregate('any_value(T) -> T', (apply, x) => apply('any_value', x)),
  aggregate('bool_and(boolean) -> boolean', (apply, x) => apply('bool_and', x)),
  aggregate('every(boolean) -> boolean', (apply, x) => apply('bool_and', x)),
  aggregate('bool_or(boolean) -> boolean', (apply, x) => apply('bool_or', x)),
  // Counted exactly, which lies within any error that Trino's sketch may make.
  aggregate('approx_distinct(T) -> bigint', (apply, x) => apply('count', `DISTINCT ${x}`)),
  aggregate('approx_distinct(T, double) -> bigint', (apply, x) => apply('count', `DISTINCT ${x}`)),
  ...['bigint', 'double'].flatMap((kind) => [
    aggregate(`approx_percentile(${kind}, double) -> ${kind}`, percentile),
    aggregate(`approx_percentile(${kind}, array(double)) -> array(${kind})`, percentile),
  ]),
  aggregate('array_agg(T) -> array(T)', (apply, x) => apply('list', x)),
  aggregate('set_agg(T) -> array(T)', (apply, x) => apply('list', `DISTINCT ${x}`)),
  aggregate('listagg(varchar) -> varchar', (apply, x) => apply('string_agg', x, "''")),
  aggregate('listagg(varchar, varchar) -> varchar', (apply, x, by) => apply('string_agg', x, by)),
  aggregate('map_agg(K, V) -> map(K,V)', (apply, key, value) =>
    ofEntries(
      apply,
      key,
      value,
      (entries) =>
        `map_from_entries(list_filter(${entries}, lambda e, i: list_position(${keysOf(entries)}, e.key) = i))`,
    ),
  ),
  aggregate('multimap_agg(K, V) -> map(K,array(V))', (apply, key, value) =>
    ofEntries(
      apply,
      key,
      value,
      (entries) =>
        `map_from_entries(list_transform(list_distinct(${keysOf(entries)}), lambda k: {'key': k, ` +
        `'value': list_transform(list_filter(${entries}, lambda e: e.key = k), lambda e: e.value)}))`,
    ),
  ),
  aggregate('map_union(map(K,V)) -> map(K,V)', (apply, map) => {
    const entries = `flatten(list_transform(list_filter(${apply('list', map)}, lambda e: e IS NOT NULL), lambda e: map_entries(e)))`
    const first = `list_filter(m, lambda e, i: list_position(${keysOf('m')}, e.key) = i)`
    return `CASE WHEN ${apply('count', map)} > 0 THEN list_transform([${entries}], lambda m: map_from_entries(${first}))[1] END`
  }),
  aggregate('histogram(T) -> map(T,bigint)', (apply, x) => apply('histogram', x)),
  aggregate('geometric_mean(double) -> double', (apply, x) => apply('geomean', x)),
  ofDoubles('stddev', 'stddev_samp'),
  ofDoubles('stddev_samp'),
  ofDoubles('stddev_pop'),
  ofDoubles('variance', 'var_samp'),
  ofDoubles('var_samp'),
  ofDoubles('var_pop'),
  ...['corr', 'covar_pop', 'covar_samp', 'regr_intercept', 'regr_slope'].flatMap(ofPairs),
  aggregate('bitwise_and_agg(bigint) -> bigint', (apply, x) => apply('bit_and', x)),
  aggregate('bitwise_or_agg(bigint) -> bigint', (apply, x) => apply('bit_or', x)),
  aggregate('bitwise_xor_agg(bigint) -> bigint', (apply, x) => apply('bit_xor', x)),
]

/** @source Trino documentation, "Window functions" */
export const windowFunctions = (): Variant[] => [
  ...['row_number', 'rank', 'dense_rank'].map((name) => windowOnly(`${name}() -> bigint`, (apply) => apply(name))),
  ...['percent_rank', 'cume_dist'].map((name) => windowOnly(`${name}() -> double`, (apply) => apply(name))),
  windowOnly('ntile(bigint) -> bigint', (apply, n) => apply('ntile', n)),
  ...['first_value', 'last_value'].map((name) => windowOnly(`${name}(T) -> T`, (apply, x) => apply(name, x))),
  windowOnly('nth_value(T, bigint) -> T', (apply, x, n) => apply('nth_value', x, n)),
  ...['lag', 'lead'].flatMap((name) => [
    windowOnly(`${name}(T) -> T`, (apply, x) => apply(name, x)),
    windowOnly(`${name}(T, bigint) -> T`, (apply, x, n) => apply(name, x, n)),
    windowOnly(`${name}(T, bigint, T) -> T`, (apply, x, n, otherwise) => apply(name, x, n, otherwise)),
  ]),
]

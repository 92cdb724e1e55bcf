import { castText } from '../cast.ts'
import { engineType, failing, failingWith, quotedText } from '../engine-text.ts'
import { withinNetwork } from '../ip-address.ts'
import { refuseUnsupported } from '../refusal.ts'
import { bigint, type SqlType, varchar } from '../sql-type.ts'
import { type Call, scalar, scalarCall, type Variant } from './definition.ts'
import { failWhen, unlessNull } from './null-text.ts'

/** Longer ones are refused: they are only built to kill the query's process. As Trino. */
const sequenceMax = 10_000

const elementAt = (call: Call, list: string, index: string) =>
  failWhen(`${index} = 0`, 'SQL array indices start at 1', call.result, `list_extract(${list}, ${index})`)

const position = (list: string, value: string) => `CAST(coalesce(list_position(${list}, ${value}), 0) AS BIGINT)`

/** Whether a value is among elements that may be NULL: unknown when it is not seen but a NULL is. */
const contains = (list: string, value: string) =>
  unlessNull(
    [list, value],
    `CASE WHEN list_contains(${list}, ${value}) THEN TRUE WHEN len(list_filter(${list}, lambda e: e IS NULL)) > 0 THEN NULL ELSE FALSE END`,
  )

/** @throws Refusal for elements that can't be cast to text */
function joined(call: Call, list: string, by: string, nullAs?: string): string {
  const type = call.args[0]?.type
  const shown = castText('e', type?.kind === 'array' ? type.element : varchar, varchar)
  if (shown === undefined) refuseUnsupported(call.place, 'array_join of such elements')
  const parts =
    nullAs === undefined
      ? `list_filter(list_transform(${list}, lambda e: ${shown}), lambda e: e IS NOT NULL)`
      : `list_transform(${list}, lambda e: coalesce(${shown}, ${nullAs}))`
  return unlessNull([list, by], `coalesce(array_to_string(${parts}, ${by}), '')`)
}

const extreme = (name: 'list_max' | 'list_min') => (list: string) =>
  `CASE WHEN len(list_filter(${list}, lambda e: e IS NULL)) > 0 THEN NULL ELSE ${name}(${list}) END`

/** @source Trino documentation, "Array functions and operators" */
const arrayFunctions = (): Variant[] => [
  scalar('cardinality(array(T)) -> bigint', (list) => `CAST(len(${list}) AS BIGINT)`),
  scalarCall('element_at(array(T), bigint) -> T', elementAt),
  scalar('contains(array(T), T) -> boolean', contains),
  scalarCall('contains(varchar, ipaddress) -> boolean', (call, network, address) =>
    withinNetwork(network ?? '', call.args[0]?.literal, address ?? ''),
  ),
  scalar('array_distinct(array(T)) -> array(T)', distinctInOrder),
  scalar('array_position(array(T), T) -> bigint', (list, value) => unlessNull([list, value], position(list, value))),
  scalar(
    'array_remove(array(T), T) -> array(T)',
    (list, value) =>
      `CASE WHEN ${value} IS NULL THEN NULL ELSE list_filter(${list}, lambda e: e IS DISTINCT FROM ${value}) END`,
  ),
  scalar('array_max(array(T)) -> T', extreme('list_max')),
  scalar('array_min(array(T)) -> T', extreme('list_min')),
  scalar('array_sort(array(T)) -> array(T)', (list) => `list_sort(${list}, 'ASC', 'NULLS LAST')`),
  scalarCall('array_join(array(T), varchar) -> varchar', (call, list, by) => joined(call, list, by)),
  scalarCall('array_join(array(T), varchar, varchar) -> varchar', joined),
  scalar('array_except(array(T), array(T)) -> array(T)', (a, b) =>
    unlessNull([a, b], distinctInOrder(`list_filter(${a}, lambda e: NOT ${isAmong('e', b)})`)),
  ),
  scalar('array_intersect(array(T), array(T)) -> array(T)', (a, b) =>
    unlessNull([a, b], distinctInOrder(`list_filter(${a}, lambda e: ${isAmong('e', b)})`)),
  ),
  scalar('array_union(array(T), array(T)) -> array(T)', (a, b) =>
    unlessNull([a, b], distinctInOrder(`list_concat(${a}, ${b})`)),
  ),
  scalar('arrays_overlap(array(T), array(T)) -> boolean', (a, b) =>
    unlessNull(
      [a, b],
      `CASE WHEN list_has_any(list_filter(${a}, lambda e: e IS NOT NULL), list_filter(${b}, lambda e: e IS NOT NULL)) THEN TRUE ` +
        `WHEN len(${a}) > 0 AND len(${b}) > 0 AND len(list_filter(list_concat(${a}, ${b}), lambda e: e IS NULL)) > 0 THEN NULL ELSE FALSE END`,
    ),
  ),
  scalar('concat(array(T), array(T)...) -> array(T)', (...lists) =>
    unlessNull(
      lists,
      lists.reduce((all, list) => `list_concat(${all}, ${list})`),
    ),
  ),
  scalar('array_histogram(array(T)) -> map(T,bigint)', (list) =>
    unlessNull([list], `CASE WHEN len(${list}) = 0 THEN MAP {} ELSE list_histogram(${list}) END`),
  ),
  scalar('contains_sequence(array(T), array(T)) -> boolean', (list, part) =>
    unlessNull(
      [list, part],
      `len(${part}) = 0 OR len(list_filter(range(1, len(${list}) - len(${part}) + 2), ` +
        `lambda i: list_slice(${list}, i, i + len(${part}) - 1) IS NOT DISTINCT FROM ${part})) > 0`,
    ),
  ),
  scalarCall('ngrams(array(T), bigint) -> array(array(T))', (call, list, size) =>
    unlessNull(
      [list, size],
      failWhen(
        `${size} <= 0`,
        'N must be positive',
        call.result,
        `list_transform(range(1, greatest(len(${list}) - ${size}, 0) + 2), lambda i: list_slice(${list}, i, i + ${size} - 1))`,
      ),
    ),
  ),
  scalar('flatten(array(array(T))) -> array(T)', (list) => `flatten(${list})`),
  scalar('reverse(array(T)) -> array(T)', (list) => `list_reverse(${list})`),
  scalarCall('repeat(T, bigint) -> array(T)', (call, value, count) =>
    failWhen(
      `${count} > ${sequenceMax}`,
      `count argument of repeat function must be less than or equal to ${sequenceMax}`,
      call.result,
      `list_transform(range(${count}), lambda i: ${value})`,
    ),
  ),
  scalarCall('sequence(bigint, bigint) -> array(bigint)', (call, from, to) =>
    sequence(call, from, to, `CASE WHEN ${from} <= ${to} THEN 1 ELSE -1 END`),
  ),
  scalarCall('sequence(bigint, bigint, bigint) -> array(bigint)', sequence),
  scalarCall('sequence(date, date) -> array(date)', (call, from, to) =>
    dates(sequence(ofNumbers(call), day(from), day(to), `CASE WHEN ${from} <= ${to} THEN 1 ELSE -1 END`)),
  ),
  scalarCall('sequence(date, date, interval_ds) -> array(date)', (call, from, to, step) =>
    failWhen(
      `${step} % ${dayMs} <> 0`,
      'sequence step must be a day interval if start and end values are dates',
      call.result,
      dates(sequence(ofNumbers(call), day(from), day(to), `(${step} // ${dayMs})`)),
    ),
  ),
  scalarCall('sequence(date, date, interval_ym) -> array(date)', (call, from, to, step) =>
    months(call, from, to, step, (time) => `CAST(${time} AS DATE)`),
  ),
  scalarCall(
    'sequence(timestamp, timestamp, interval_ym) -> array(timestamp)',
    (call, from, to, step) => months(call, from, to, step),
    ([from]) => ({ kind: 'array', element: from ?? { kind: 'unknown' } }),
  ),
  scalarCall(
    'sequence(timestamp, timestamp, interval_ds) -> array(timestamp)',
    (call, from, to, step) =>
      `list_transform(${sequence(ofNumbers(call), `epoch_us(${from})`, `epoch_us(${to})`, `(${step} * 1000)`)}, lambda e: make_timestamp(e))`,
    ([from]) => ({ kind: 'array', element: from ?? { kind: 'unknown' } }),
  ),
  scalarCall('slice(array(T), bigint, bigint) -> array(T)', (call, list, start, length) =>
    unlessNull(
      [list, start, length],
      failWhen(
        `${start} = 0`,
        'SQL array indices start at 1',
        call.result,
        failWhen(
          `${length} < 0`,
          'length must be greater than or equal to 0',
          call.result,
          `CASE WHEN ${start} < -len(${list}) OR ${length} = 0 THEN [] ELSE ` +
            `list_slice(list_slice(${list}, CASE WHEN ${start} < 0 THEN len(${list}) + ${start} + 1 ELSE ${start} END, len(${list})), 1, ${length}) END`,
        ),
      ),
    ),
  ),
  scalarCall('trim_array(array(T), bigint) -> array(T)', (call, list, count) =>
    failWhen(
      `${count} > len(${list})`,
      'size must not exceed array cardinality',
      call.result,
      `list_slice(${list}, 1, len(${list}) - ${count})`,
    ),
  ),
  scalar('zip(array(T), array(U)) -> array(row(T,U))', (a, b) =>
    unlessNull(
      [a, b],
      `list_transform(range(1, greatest(len(${a}), len(${b})) + 1), lambda i: {'f1': list_extract(${a}, i), 'f2': list_extract(${b}, i)})`,
    ),
  ),
]

/** NULL is found too. */
const isAmong = (value: string, list: string) =>
  `(list_contains(${list}, ${value}) OR (${value} IS NULL AND len(list_filter(${list}, lambda n: n IS NULL)) > 0)) IS TRUE`

/** Each element where it comes first. */
function distinctInOrder(list: string): string {
  return `list_transform(list_filter(list_transform(${list}, lambda e, i: {'e': e, 'i': i}), lambda p: NOT ${isAmong('p.e', `list_slice(${list}, 1, p.i - 1)`)}), lambda p: p.e)`
}

/** Sequences of times are made of those of numbers. */
const ofNumbers = (call: Call): Call => ({ ...call, result: { kind: 'array', element: bigint } })
const dayMs = 86_400_000
const day = (date: string) => `(${date} - DATE '1970-01-01')`
const dates = (days: string) => `list_transform(${days}, lambda e: DATE '1970-01-01' + CAST(e AS INTEGER))`

/** Each is a number of months behind the first, so that the ends of months stay ends of months. */
function months(call: Call, from: string, to: string, step: string, shown = (time: string) => time): string {
  const entries = `(abs(date_diff('month', ${from}, ${to})) // abs(${step}) + 1)`
  const all = `list_transform(range(${entries}), lambda i: ${shown(`${from} + to_months(CAST(i * ${step} AS INTEGER))`)})`
  return unlessNull(
    [from, to, step],
    failWhen(
      `${step} = 0`,
      'step must not be zero',
      call.result,
      failWhen(
        `(${step} > 0 AND ${from} > ${to}) OR (${step} < 0 AND ${from} < ${to})`,
        outOfOrder,
        call.result,
        failWhen(
          `${entries} > ${sequenceMax}`,
          `result of sequence function must not have more than ${sequenceMax} entries`,
          call.result,
          `list_filter(${all}, lambda e: CASE WHEN ${step} > 0 THEN e <= ${to} ELSE e >= ${to} END)`,
        ),
      ),
    ),
  )
}

const outOfOrder =
  'sequence stop value should be greater than or equal to start value if step is greater than zero otherwise stop should be less than or equal to start'

function sequence(call: Call, from: string, to: string, step: string): string {
  return unlessNull(
    [from, to, step],
    failWhen(
      `${step} = 0 OR (${to} - ${from}) * sign(${step}) < 0`,
      outOfOrder,
      call.result,
      failWhen(
        `abs((${to} - ${from}) // (${step})) >= ${sequenceMax}`,
        `result of sequence function must not have more than ${sequenceMax} entries`,
        call.result,
        `generate_series(${from}, ${to}, ${step})`,
      ),
    ),
  )
}

/** @source Trino documentation, "Map functions and operators" */
const mapFunctions = (): Variant[] => [
  scalar('cardinality(map(K,V)) -> bigint', (map) => `CAST(cardinality(${map}) AS BIGINT)`),
  scalar('element_at(map(K,V), K) -> V', (map, key) => `${map}[${key}]`),
  scalar('map_keys(map(K,V)) -> array(K)', (map) => `map_keys(${map})`),
  scalar('map_values(map(K,V)) -> array(V)', (map) => `map_values(${map})`),
  scalar(
    'map_entries(map(K,V)) -> array(row(K,V))',
    (map) => `list_transform(map_entries(${map}), lambda e: {'f1': e.key, 'f2': e.value})`,
  ),
  scalarCall('map_from_entries(array(row(K,V))) -> map(K,V)', (call, entries) => {
    const parts = rowFields(call).map((name) => `list_transform(${entries}, lambda e: struct_extract(e, ${name}))`)
    return `map(${parts.join(', ')})`
  }),
  scalarCall('map() -> map(K,V)', () => 'MAP {}'),
  scalar('map(array(K), array(V)) -> map(K,V)', (keys, values) =>
    unlessNull([keys, values], `map(${keys}, ${values})`),
  ),
  scalar('map_concat(map(K,V), map(K,V)...) -> map(K,V)', (...maps) =>
    unlessNull(maps, `map_concat(${maps.join(', ')})`),
  ),
  scalarCall('multimap_from_entries(array(row(K,V))) -> map(K,array(V))', (call, entries) => {
    const [key, value] = rowFields(call)
    return multimap(entries, `struct_extract(e, ${key})`, `struct_extract(e, ${value})`)
  }),
  scalarCall('split_to_multimap(varchar, varchar, varchar) -> map(varchar,array(varchar))', (call, s, by, between) => {
    const parts = (e: string) => `string_split(${e}, ${between})`
    const entries =
      `list_transform(string_split(${s}, ${by}), lambda e: CASE WHEN len(${parts('e')}) <> 2 ` +
      `THEN ${failing('Key-value delimiter must appear exactly once in each entry', entryType)} ` +
      `ELSE {'key': ${parts('e')}[1], 'value': ${parts('e')}[2]} END)`
    return `CASE WHEN ${s} = '' THEN CAST(MAP {} AS ${engineType(call.result)}) ELSE ${multimap(entries, 'e.key', 'e.value')} END`
  }),
  scalarCall(
    'split_to_map(varchar, varchar, varchar) -> map(varchar,varchar)',
    (call, s, by, between) =>
      `CASE WHEN ${s} = '' THEN CAST(MAP {} AS ${engineType(call.result)}) ELSE map_from_entries(list_transform(string_split(${s}, ${by}), lambda e: ` +
      `CASE WHEN NOT contains(e, ${between}) THEN ${failing('Key-value delimiter must appear exactly once in each entry', entryType)} ` +
      `ELSE {'key': string_split(e, ${between})[1], 'value': string_split(e, ${between})[2]} END)) END`,
  ),
]

/** Names of the two fields of the rows of an array, quoted. */
function rowFields(call: Call): readonly string[] {
  const type = call.args[0]?.type
  const row = type?.kind === 'array' && type.element.kind === 'row' ? type.element : undefined
  return ['f1', 'f2'].map((otherwise, index) => quotedText(row?.fields[index]?.name ?? otherwise))
}

/** A map of lists, out of the entries `e` of a list; of keys, those that come first stand first. */
function multimap(entries: string, key: string, value: string): string {
  const ofKey = `list_transform(list_filter(m, lambda e: ${key} = k), lambda e: ${value})`
  const keys = `list_transform(m, lambda e: ${key})`
  return (
    `list_transform([${entries}], lambda m: CASE WHEN m IS NULL THEN NULL ELSE ` +
    `map_from_entries(list_transform(${distinctInOrder(keys)}, lambda k: {'key': k, 'value': ${ofKey}})) END)[1]`
  )
}

const entryType: SqlType = {
  kind: 'row',
  fields: [
    { name: 'key', type: varchar },
    { name: 'value', type: varchar },
  ],
}

/** `m['k']`, which fails for a key that is not there. */
export function mapSubscript(map: string, key: string, value: SqlType): string {
  return (
    `CASE WHEN ${map} IS NULL OR ${key} IS NULL THEN NULL WHEN map_contains(${map}, ${key}) THEN ${map}[${key}] ` +
    `ELSE ${failingWith(`'Key not present in map: ' || CAST(${key} AS VARCHAR)`, value)} END`
  )
}

/** `a[1]`, which fails outside the array. */
export function arraySubscript(list: string, index: string, element: SqlType): string {
  return (
    `CASE WHEN ${list} IS NULL OR ${index} IS NULL THEN NULL WHEN ${index} BETWEEN 1 AND len(${list}) THEN list_extract(${list}, ${index}) ` +
    `WHEN ${index} = 0 THEN ${failing('SQL array indices start at 1', element)} ` +
    `WHEN ${index} < 0 THEN ${failingWith(`'Array subscript is negative: ' || ${index}`, element)} ` +
    `ELSE ${failingWith(`'Array subscript must be less than or equal to array length: ' || ${index} || ' > ' || len(${list})`, element)} END`
  )
}

/** Functions of arrays and maps that take no lambda. */
export const collectionFunctions = (): Variant[] => [...arrayFunctions(), ...mapFunctions()]

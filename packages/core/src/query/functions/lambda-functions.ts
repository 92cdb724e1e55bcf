import { engineType } from '../engine-text.ts'
import { type Call, type LambdaText, scalarCall, type Variant } from './definition.ts'
import { unlessNull } from './null-text.ts'

function lambda(call: Call, index = 0): LambdaText {
  const found = call.lambdas[index]
  if (found === undefined) throw new TypeError('a signature with a function and a call without a lambda')
  return found
}

function text({ parameters, body }: LambdaText): string {
  return `lambda ${parameters.join(', ')}: ${body}`
}

/** How many elements answer so; the engine's filter takes only those that answer TRUE. */
function count(list: string, of: LambdaText, answer: 'TRUE' | 'FALSE' | 'NULL'): string {
  return `len(list_filter(${list}, lambda ${of.parameters.join(', ')}: (${of.body}) IS ${answer}))`
}

/** The state goes along in the elements, since the engine wants both of one type. */
function reduce(call: Call, list: string, start: string): string {
  const [step, finish] = [lambda(call, 0), lambda(call, 1)]
  const [state = '', element = ''] = step.parameters
  const [last = ''] = finish.parameters
  const type = call.args[0]?.type
  const elementType = type?.kind === 'array' ? engineType(type.element) : 'INTEGER'
  const stateType = engineType(step.type)
  // Made of the parameters' names, which are others in a reduce inside of this one.
  const [before, current] = [`${state}_before`, `${state}_current`]
  const body = inlined(step.body, [
    [state, `${before}.s`],
    [element, `${current}.e`],
  ])
  const wrapped = (s: string, e: string) => `{'s': CAST(${s} AS ${stateType}), 'e': CAST(${e} AS ${elementType})}`
  const elements = `list_transform(${list}, lambda ${current}: ${wrapped('NULL', current)})`
  const folded = `list_reduce(${elements}, lambda ${before}, ${current}: ${wrapped(body, 'NULL')}, ${wrapped(start, 'NULL')}).s`
  return unlessNull([list], `list_transform([${folded}], lambda ${last}: ${finish.body})[1]`)
}

/**
 * The body with other texts in place of the parameters. What stands in quotes is left alone: there the name is the
 * caller's text, and a replacement could end it.
 */
function inlined(body: string, replacements: readonly (readonly [string, string])[]): string {
  const byName = new Map(replacements)
  return body.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\bp\d+_\d+\b/g, (found) => byName.get(found) ?? found)
}

function withEntry(call: Call): { readonly entry: string; readonly body: string } {
  const { parameters, body } = lambda(call)
  const [key = '', value = ''] = parameters
  const entry = `${key}_${value}`
  return {
    entry,
    body: inlined(body, [
      [key, `${entry}.key`],
      [value, `${entry}.value`],
    ]),
  }
}

/** @source Trino documentation, "Lambda expressions", "Array functions", "Map functions" */
export const lambdaFunctions = (): Variant[] => [
  scalarCall(
    'transform(array(T), function(T,U)) -> array(U)',
    (call, list) => `list_transform(${list}, ${text(lambda(call))})`,
  ),
  scalarCall(
    'filter(array(T), function(T,boolean)) -> array(T)',
    (call, list) => `list_filter(${list}, ${text(lambda(call))})`,
  ),
  scalarCall('any_match(array(T), function(T,boolean)) -> boolean', (call, list) =>
    unlessNull(
      [list],
      `CASE WHEN ${count(list, lambda(call), 'TRUE')} > 0 THEN TRUE WHEN ${count(list, lambda(call), 'NULL')} > 0 THEN NULL ELSE FALSE END`,
    ),
  ),
  scalarCall('all_match(array(T), function(T,boolean)) -> boolean', (call, list) =>
    unlessNull(
      [list],
      `CASE WHEN ${count(list, lambda(call), 'FALSE')} > 0 THEN FALSE WHEN ${count(list, lambda(call), 'NULL')} > 0 THEN NULL ELSE TRUE END`,
    ),
  ),
  scalarCall('none_match(array(T), function(T,boolean)) -> boolean', (call, list) =>
    unlessNull(
      [list],
      `CASE WHEN ${count(list, lambda(call), 'TRUE')} > 0 THEN FALSE WHEN ${count(list, lambda(call), 'NULL')} > 0 THEN NULL ELSE TRUE END`,
    ),
  ),
  scalarCall('zip_with(array(T), array(U), function(T,U,R)) -> array(R)', (call, a, b) => {
    const { parameters, body } = lambda(call)
    const [first = '', second = ''] = parameters
    const index = `${first}_${second}`
    const element = inlined(body, [
      [first, `list_extract(${a}, ${index})`],
      [second, `list_extract(${b}, ${index})`],
    ])
    return unlessNull(
      [a, b],
      `list_transform(range(1, greatest(len(${a}), len(${b})) + 1), lambda ${index}: ${element})`,
    )
  }),
  scalarCall('reduce(array(T), S, function(S,T,S), function(S,R)) -> R', reduce),
  scalarCall('map_filter(map(K,V), function(K,V,boolean)) -> map(K,V)', (call, map) => {
    const { entry, body } = withEntry(call)
    return `map_from_entries(list_filter(map_entries(${map}), lambda ${entry}: ${body}))`
  }),
  scalarCall('transform_values(map(K,V), function(K,V,R)) -> map(K,R)', (call, map) => {
    const { entry, body } = withEntry(call)
    return `map_from_entries(list_transform(map_entries(${map}), lambda ${entry}: {'key': ${entry}.key, 'value': ${body}}))`
  }),
  scalarCall('transform_keys(map(K,V), function(K,V,R)) -> map(R,V)', (call, map) => {
    const { entry, body } = withEntry(call)
    return `map_from_entries(list_transform(map_entries(${map}), lambda ${entry}: {'key': ${body}, 'value': ${entry}.value}))`
  }),
]

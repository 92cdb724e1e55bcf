import { isTriable, quotedText } from '../engine-text.ts'
import { type Call, scalar, scalarCall, type Variant } from './definition.ts'
import { jsonPath } from './json-path.ts'
import { unlessNull } from './null-text.ts'

/**
 * Text that is no JSON answers NULL, as Trino's functions that take text do. Checking all of a text costs as much as
 * reading it, and catching a failure costs much more: so what begins as an object or array is tried, the rest is checked.
 */
function whenJson(text: string, then: string): string {
  if (!isTriable(text)) return `CASE WHEN json_valid(${text}) THEN ${then} END`
  return `CASE WHEN starts_with(${text}, '{') OR starts_with(${text}, '[') OR json_valid(${text}) THEN TRY(${then}) END`
}

/**
 * A function over text and over JSON. Both may be no JSON: a text anyway, and JSON because `json_array_get` answers
 * strings without their quotes.
 */
function both(
  parameters: string,
  result: string,
  emit: (call: Call, json: string, ...rest: string[]) => string,
): Variant[] {
  const [name = '', rest = ''] = parameters.split(/\(json/)
  return ['json', 'varchar'].map((kind) =>
    scalarCall(`${name}(${kind}${rest} -> ${result}`, (call, text, ...others) =>
      whenJson(text, emit(call, text, ...others)),
    ),
  )
}

function pathOf(call: Call): string {
  return jsonPath(call.place, call.args[1]?.literal)
}

const isContainer = (json: string, path: string) => `json_type(${json}, ${path}) IN ('OBJECT', 'ARRAY')`

/** The size of an array or an object; 0 for anything else that is there. */
const sizeAt = (json: string, path: string) =>
  `CAST(CASE json_type(${json}, ${path}) WHEN 'ARRAY' THEN json_array_length(${json}, ${path}) ` +
  `WHEN 'OBJECT' THEN len(json_keys(${json}, ${path})) WHEN NULL THEN NULL ELSE 0 END AS BIGINT)`

/**
 * Negative places count from the end.
 *
 * @quirk Trino's `json_array_get` answers a string as it is, without quotes, though its type is JSON
 */
function elementAt(json: string, index: string): string {
  const path = `CASE WHEN ${index} < 0 THEN '$[#' || ${index} || ']' ELSE '$[' || ${index} || ']' END`
  return (
    `CASE WHEN json_type(${json}) = 'ARRAY' THEN CASE json_type(${json}, ${path}) WHEN 'VARCHAR' THEN json_extract_string(${json}, ${path}) ` +
    `WHEN 'NULL' THEN NULL ELSE CAST(json_extract(${json}, ${path}) AS VARCHAR) END END`
  )
}

/** @source Trino documentation, "JSON functions and operators" */
export const jsonFunctions = (): Variant[] => [
  ...both('json_extract(json, varchar)', 'json', (call, json) => `json_extract(${json}, ${pathOf(call)})`),
  ...both(
    'json_extract_scalar(json, varchar)',
    'varchar',
    (call, json) => `(json_value(${json}, ${pathOf(call)}) ->> '$')`,
  ),
  ...both(
    'json_size(json, varchar)',
    'bigint',
    (call, json) => `CASE WHEN json_type(${json}, ${pathOf(call)}) IS NOT NULL THEN ${sizeAt(json, pathOf(call))} END`,
  ),
  ...both(
    'json_array_length(json)',
    'bigint',
    (_, json) => `CASE WHEN json_type(${json}) = 'ARRAY' THEN CAST(json_array_length(${json}) AS BIGINT) END`,
  ),
  ...both('json_array_get(json, bigint)', 'json', (_, json, index) =>
    unlessNull([json, index], elementAt(json, index ?? '')),
  ),
  ...['varchar', 'bigint', 'double', 'boolean'].flatMap((kind) =>
    both(`json_array_contains(json, ${kind})`, 'boolean', (_, json, value = '') =>
      unlessNull(
        [json, value],
        `CASE WHEN json_type(${json}) = 'ARRAY' THEN list_contains(json_extract(${json}, '$[*]'), to_json(${value})) END`,
      ),
    ),
  ),
  ...both('is_json_scalar(json)', 'boolean', (_, json) => `NOT ${isContainer(json, quotedText('$'))}`),
  scalar('json_parse(varchar) -> json', (text) => `json(${text})`),
  scalar('json_format(json) -> varchar', (json) => `CAST(${json} AS VARCHAR)`),
]

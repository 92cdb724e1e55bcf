import type { Analyse, Surroundings } from './analysis.ts'
import { castText, tryCastText } from './cast.ts'
import { coerce, commonType } from './coercion.ts'
import { engineType, failing, quotedText, withShort } from './engine-text.ts'
import { type Place, refuse, refuseUnsupported } from './refusal.ts'
import { bigint, double, type SqlType, typeText, varchar } from './sql-type.ts'
import type { JsonCallNode, JsonFallback } from './syntax-tree.ts'
import type { Typed } from './typed.ts'

/**
 * JSON_VALUE and JSON_EXISTS: a path leads from one item to a list of them, which is empty, too long, or the answer.
 *
 * @throws Refusal
 */
export function analyseJsonCall(node: JsonCallNode, at: Surroundings, analyse: Analyse): Typed {
  const of = analyse(node.of, at)
  if (of.type.kind !== 'varchar' && of.type.kind !== 'unknown') {
    refuse(node.of, `Cannot read input of type ${typeText(of.type)} as JSON using formatting JSON`)
  }
  const type = node.returning
  const fallback = (one: JsonFallback, message: string) =>
    fallbackText(one, type, message, (value) => analyse(value, at))
  const onError = fallback(node.onError, 'conversion to JSON failed: ')
  const onMany = fallback(
    node.onError,
    'cannot extract SQL scalar from JSON: JSON path found an item that cannot be converted to an SQL value',
  )
  const items = itemsAt(readPath(node.path, node.pathPlace))
  const found =
    node.form === 'exists'
      ? 'len(jv) > 0'
      : `CASE WHEN len(jv) = 0 THEN ${fallback(node.onEmpty, 'cannot extract SQL scalar from JSON: JSON path found no items')} ` +
        `WHEN len(jv) > 1 OR json_type(jv[1]) IN ('OBJECT', 'ARRAY') THEN ${onMany} WHEN json_type(jv[1]) = 'NULL' THEN NULL ` +
        `ELSE coalesce(${scalarText('jv[1]', node)}, ${onError}) END`
  const text = coerce(of, varchar).text
  /** @quirk Trino takes blank text for an item that has nothing in it, not for broken JSON */
  const document = withShort(
    [text],
    (short) => `CASE WHEN trim(${short}, chr(9) || chr(10) || chr(13) || ' ') = '' THEN '{}' ELSE ${short} END`,
  )
  return {
    type,
    text:
      `list_transform([${document}], lambda jt: CASE WHEN jt IS NULL THEN NULL WHEN NOT json_valid(jt) THEN ${onError} ` +
      `ELSE list_transform([${items}], lambda jv: ${found})[1] END)[1]`,
  }
}

function fallbackText(
  fallback: JsonFallback,
  type: SqlType,
  message: string,
  analyse: (node: Extract<JsonFallback, { kind: 'default' }>['value']) => Typed,
): string {
  switch (fallback.kind) {
    case 'null':
      return `CAST(NULL AS ${engineType(type)})`
    case 'true':
    case 'false':
      return fallback.kind.toUpperCase()
    case 'error':
      return failing(message, type)
    case 'default': {
      const value = analyse(fallback.value)
      if (commonType(value.type, type)?.kind !== type.kind) {
        refuse(fallback.value, `Cannot cast ${typeText(value.type)} to ${typeText(type)}`)
      }
      return coerce(value, type).text
    }
  }
}

/** A scalar as the type that is asked for; NULL where it can't be one. Numbers are whole or doubles. */
function scalarText(item: string, node: JsonCallNode): string {
  const type = node.returning
  const shown = `(${item} ->> '$')`
  const whole = `TRY_CAST(${item} AS BIGINT)`
  const broken = `TRY_CAST(${item} AS DOUBLE)`
  const reads: Readonly<Record<string, readonly [text: string, whole: string, broken: string, truth: string]>> = {
    varchar: [shown, `CAST(${whole} AS VARCHAR)`, castText(broken, double, varchar) ?? '', shown],
    bigint: [
      tryCastText(shown, varchar, bigint) ?? '',
      whole,
      `TRY_CAST(round(${broken}) AS BIGINT)`,
      truthAs('1', '0'),
    ],
    integer: [
      tryCastText(shown, varchar, type) ?? '',
      `TRY_CAST(${whole} AS INTEGER)`,
      `TRY_CAST(round(${broken}) AS INTEGER)`,
      truthAs('1', '0'),
    ],
    double: [tryCastText(shown, varchar, double) ?? '', `CAST(${whole} AS DOUBLE)`, broken, truthAs('1e0', '0e0')],
    boolean: [tryCastText(shown, varchar, type) ?? '', `(${whole} <> 0)`, `(${broken} <> 0)`, truthAs('TRUE', 'FALSE')],
  }
  const read = reads[type.kind]
  if (read === undefined) refuseUnsupported(node, `json_value RETURNING ${typeText(type)}`)
  const [text, ofWhole, ofBroken, ofTruth] = read
  return `CASE json_type(${item}) WHEN 'VARCHAR' THEN ${text} WHEN 'BOOLEAN' THEN ${ofTruth} WHEN 'DOUBLE' THEN ${ofBroken} ELSE ${ofWhole} END`

  function truthAs(yes: string, no: string): string {
    return `CASE WHEN ${shown} = 'true' THEN ${yes} ELSE ${no} END`
  }
}

type Step = { readonly kind: 'member'; readonly name: string } | { readonly kind: 'element'; readonly index?: number }

/**
 * Trino's paths of SQL/JSON, as far as they lead to members and elements:
 *
 *     path = "lax" "$" { "." ( name | quoted ) | "[" ( digits | "*" ) "]" }
 *
 * @throws Refusal for any other
 */
function readPath(path: string, place: Place): readonly Step[] {
  const [, mode = '', rest = ''] = /^\s*(lax|strict)\s+\$(.*)$/s.exec(path) ?? []
  if (mode === '') refuse(place, `mismatched input '${path}' expecting {'lax', 'strict'}`)
  if (mode === 'strict') refuseUnsupported(place, 'a strict JSON path')
  const steps: Step[] = []
  for (let left = rest.trim(); left !== ''; ) {
    const [taken = '', name, quoted, index] =
      /^\s*(?:\.\s*([A-Za-z_][A-Za-z0-9_]*)(?!\s*\()|\.\s*"([^"\\]*)"|\[\s*(\d{1,9}|\*)\s*\])/.exec(left) ?? []
    const member = name ?? quoted
    if (member !== undefined) steps.push({ kind: 'member', name: member })
    else if (index !== undefined) steps.push({ kind: 'element', ...(index !== '*' && { index: Number(index) }) })
    else refuseUnsupported(place, `the JSON path '${path}'`)
    left = left.slice(taken.length)
  }
  return steps
}

/**
 * The items that a path leads to from the JSON of `jt`. In lax mode arrays are unwrapped for members, and what is none
 * is one.
 */
function itemsAt(steps: readonly Step[]): string {
  let items = '[CAST(jt AS JSON)]'
  for (const step of steps) items = `flatten(list_transform(${items}, lambda ji: ${stepText(step)}))`
  return items
}

/** What is in an array, or the one item that is none. */
const unwrapped = `CASE json_type(ji) WHEN 'ARRAY' THEN json_extract(ji, '$[*]') ELSE [ji] END`

function stepText(step: Step): string {
  if (step.kind === 'element') {
    if (step.index === undefined) return unwrapped
    const other = step.index === 0 ? '[ji]' : 'CAST([] AS JSON[])'
    const found = `list_filter([json_extract(ji, '$[${step.index}]')], lambda je: je IS NOT NULL)`
    return `CASE json_type(ji) WHEN 'ARRAY' THEN ${found} ELSE ${other} END`
  }
  const path = quotedText(`$."${step.name}"`)
  return `list_filter(list_transform(${unwrapped}, lambda je: CASE json_type(je) WHEN 'OBJECT' THEN json_extract(je, ${path}) END), lambda je: je IS NOT NULL)`
}

import { createCursor } from '../../packages/core/src/query/cursor.ts'
import { fieldName } from '../../packages/core/src/query/engine-text.ts'
import type { SqlType } from '../../packages/core/src/query/index.ts'
import { parseType } from '../../packages/core/src/query/parse-type.ts'
import { tokenize } from '../../packages/core/src/query/token.ts'
import { type Answer, shown } from '../../packages/server/src/lake/sql/plain-engine.fixture.ts'

interface Page {
  readonly columns?: readonly { readonly name: string; readonly type: string }[]
  readonly data?: readonly (readonly unknown[])[]
  readonly error?: { readonly message: string }
  readonly nextUri?: string
}

/** Asks a Trino server one question over its client protocol. */
export async function askTrino(server: string, sql: string): Promise<Answer> {
  const headers = { 'x-trino-user': 'cairn', 'x-trino-catalog': 'hive', 'x-trino-schema': 'lake' }
  let page = (await (await fetch(`${server}/v1/statement`, { method: 'POST', body: sql, headers })).json()) as Page
  let types: readonly SqlType[] = []
  const rows: (string | null)[][] = []
  for (;;) {
    if (page.error !== undefined) return { error: page.error.message }
    if (page.columns !== undefined) types = page.columns.map((column) => typeOf(column.type))
    for (const row of page.data ?? []) rows.push(row.map((value, index) => textOf(value, types[index])))
    if (page.nextUri === undefined) return { rows }
    page = (await (await fetch(page.nextUri, { headers })).json()) as Page
  }
}

/** The protocol names types as SQL does, with lengths of texts that mean nothing here. */
function typeOf(text: string): SqlType {
  const lower = text.toLowerCase()
  if (lower === 'unknown' || lower === 'interval day to second' || lower === 'interval year to month') {
    return { kind: lower }
  }
  return parseType(
    createCursor(tokenize(text.replaceAll(/(?:var)?char\(\d+\)/g, 'varchar').replaceAll(/\bunknown\b/g, 'boolean'))),
  )
}

/** Times and intervals come as the texts that results show; they are looked for at the top only. */
const shownAlready = new Set([
  'timestamp',
  'timestamp with time zone',
  'interval day to second',
  'interval year to month',
])

function textOf(value: unknown, type: SqlType | undefined): string | null {
  if (value === null || type === undefined) return null
  return shownAlready.has(type.kind) ? String(value) : shown(engineValueOf(value, type), type)
}

function engineValueOf(value: unknown, type: SqlType): unknown {
  if (value === null) return null
  switch (type.kind) {
    case 'array':
      return (value as readonly unknown[]).map((item) => engineValueOf(item, type.element))
    case 'map':
      return new Map(Object.entries(value as object).map(([key, item]) => [key, engineValueOf(item, type.value)]))
    case 'row':
      return Object.fromEntries(
        (value as readonly unknown[]).map((item, index) => [
          fieldName(type, index),
          engineValueOf(item, type.fields[index]?.type ?? { kind: 'unknown' }),
        ]),
      )
    default:
      return value
  }
}

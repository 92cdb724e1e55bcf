import { isMap, isScalar, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml'
import type { Problem } from './rule.ts'
import { settings } from './schema.ts'
import { type Given, type Source, suggestion } from './source.ts'

/** A configuration file is a page, not a database; more is a mistake (or an attempt to make the parser work). */
export const fileBytesMax = 256 * 1024

/**
 * Reads the settings of a YAML file. `name` is how the file is called in problems; places are `<name>:<line>:<column>`.
 * `folder` is the file's own: paths in it are relative to that.
 */
export function fileSource(yaml: string, name: string, folder: string): Source {
  const lines = new LineCounter()
  const document = parseDocument(yaml, { lineCounter: lines, uniqueKeys: true })
  const placeOf = (offset: number | undefined) => {
    const at = lines.linePos(offset ?? 0)
    return `${name}:${at.line}:${at.col}`
  }
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => ({
      problem: `is not valid YAML: ${error.message.split('\n')[0]}`,
      place: placeOf(error.pos[0]),
    }))
    return { given: [], problems }
  }
  if (document.contents === null) return { given: [], problems: [] }
  if (!isMap(document.contents)) {
    return { given: [], problems: [{ problem: 'must be a map of settings, one `name: value` a line', place: name }] }
  }
  const given: Given[] = []
  const problems: Problem[] = []
  visit(document.contents, [])
  return { given, problems }

  function visit(map: YAMLMap, parents: readonly string[]): void {
    for (const { key: keyNode, value } of map.items) {
      const key = [...parents, String(isScalar(keyNode) ? keyNode.value : keyNode)].join('.')
      const place = placeOf(((isScalar(keyNode) ? keyNode : undefined) as Node | undefined)?.range?.[0])
      const setting = settings.find((candidate) => candidate.key === key)
      const isSection = settings.some((candidate) => candidate.key.startsWith(`${key}.`))
      if (setting !== undefined) {
        const native = (value as Node | null)?.toJS(document)
        // YAML reads 012345678901 and 111111111111 as numbers; account numbers are text, so take what was written.
        const written = isScalar(value) && typeof native === 'number' ? value.source : undefined
        given.push({
          setting,
          value: written ?? withNumbersAsWritten(value, native),
          origin: { kind: 'file', place },
          folder,
        })
      } else if (isSection && isMap(value)) {
        visit(value, key.split('.'))
      } else if (isSection) {
        problems.push({ key, problem: 'holds settings: write them indented below it', place })
      } else {
        const known = settings.map((candidate) => candidate.key)
        problems.push({ key, problem: `is no setting${suggestion(key, known)}`, place })
      }
    }
  }
}

/** The same for the items of a list. */
function withNumbersAsWritten(node: unknown, native: unknown): unknown {
  if (!Array.isArray(native)) return native
  const items: readonly unknown[] = (node as { readonly items?: readonly unknown[] }).items ?? []
  return native.map((item, index) => {
    const itemNode = items[index]
    return typeof item === 'number' && isScalar(itemNode) ? (itemNode.source ?? item) : item
  })
}

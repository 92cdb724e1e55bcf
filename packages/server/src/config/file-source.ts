import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type YAMLMap } from 'yaml'
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
        given.push({
          setting,
          value: asWritten(value, (value as Node | null)?.toJS(document)),
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

/** YAML reads 012345678901 and 111111111111 as numbers; account numbers are text, so take what was written. */
function asWritten(node: unknown, native: unknown): unknown {
  if (isScalar(node)) return typeof native === 'number' ? (node.source ?? native) : native
  if (isSeq(node) && Array.isArray(native)) return native.map((item, index) => asWritten(node.items[index], item))
  if (!isMap(node) || typeof native !== 'object' || native === null) return native
  return Object.fromEntries(
    Object.entries(native).map(([name, value]) => [name, asWritten(node.get(name, true), value)]),
  )
}

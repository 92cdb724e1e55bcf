import { type Resource, resourcesOf, splitPath } from '../protocol/index.ts'
import type { RouteTable } from './route-table.ts'

/** Resources of a service by the parts of their paths. What is spelt out is tried before what a label would take too. */
interface Node {
  readonly texts: Map<string, Node>
  label: Node | undefined
  greedy: Node | undefined
  resource: Resource | undefined
}

/** A deeper path than any template can only be the rest of a greedy label, and that is never looked into. */
const stepsMax = 4096

const tries = new WeakMap<RouteTable, Node>()

/** The resources a raw path may mean, the most specific first. */
export function* resourcesAt(table: RouteTable, path: string): Generator<Resource> {
  const parts = splitPath(path)
  const own = parts.at(-1) === '' ? parts.slice(0, -1) : parts
  yield* walk(trieOf(table), own, 0, { steps: 0 })
}

function* walk(node: Node, parts: readonly string[], at: number, budget: { steps: number }): Generator<Resource> {
  budget.steps += 1
  if (budget.steps > stepsMax) return
  const part = parts[at]
  if (part === undefined) {
    if (node.resource !== undefined) yield node.resource
    return
  }
  const text = node.texts.get(part)
  if (text !== undefined) yield* walk(text, parts, at + 1, budget)
  if (node.label !== undefined && part !== '') yield* walk(node.label, parts, at + 1, budget)
  if (node.greedy === undefined) return
  if (node.greedy.texts.size > 0) {
    for (let end = parts.length - 1; end > at; end -= 1) {
      if (node.greedy.texts.has(parts[end] ?? '')) yield* walk(node.greedy, parts, end, budget)
    }
  }
  if (node.greedy.resource !== undefined) yield node.greedy.resource
}

function trieOf(table: RouteTable): Node {
  const known = tries.get(table)
  if (known !== undefined) return known
  const root = newNode()
  for (const resource of resourcesOf(table.model)) {
    let node = root
    // A template's own trailing slash is optional, as a request's is.
    const { segments } = resource
    const last = segments.at(-1)
    const own = last !== undefined && 'text' in last && last.text === '' ? segments.slice(0, -1) : segments
    for (const segment of own) {
      if ('text' in segment) {
        const next: Node = node.texts.get(segment.text) ?? newNode()
        node.texts.set(segment.text, next)
        node = next
      } else if (segment.isGreedy) {
        node.greedy ??= newNode()
        node = node.greedy
      } else {
        node.label ??= newNode()
        node = node.label
      }
    }
    node.resource = node.resource === undefined ? resource : mergeResources(node.resource, resource)
  }
  tries.set(table, root)
  return root
}

function newNode(): Node {
  return { texts: new Map(), label: undefined, greedy: undefined, resource: undefined }
}

/** Two spellings of one path, `/x/{a}` and `/x/{b}`: the operations of both are there. */
function mergeResources(a: Resource, b: Resource): Resource {
  const methods = new Map(a.methods)
  for (const [method, own] of b.methods) {
    const other = methods.get(method)
    methods.set(
      method,
      other === undefined
        ? own
        : {
            templates: [...other.templates, ...own.templates],
            selectors: new Set([...other.selectors, ...own.selectors]),
          },
    )
  }
  return { segments: a.segments, isShared: a.isShared || b.isShared, methods }
}

import type { OperationModel, ServiceModel } from '../model/index.ts'
import { decodePercent, type Parameter } from './form.ts'
import { type Resource, resourcesOf, type Segment, splitPath, type Template } from './rest-table.ts'

export interface RestMatch {
  readonly operation: OperationModel
  /** Label → decoded value. */
  readonly labels: Readonly<Record<string, string>>
}

/**
 * The operation a request means, or `undefined`. `path` is raw and, for S3, begins with the bucket wherever that came
 * from. A query that names a sub-resource never falls through to the operation on the resource itself: an unknown
 * `DELETE /bucket?x` would otherwise delete the bucket.
 *
 * @throws ProtocolError `InvalidURI` on a bad percent encoding
 */
export function matchRest(
  model: ServiceModel,
  method: string,
  path: string,
  query: readonly Parameter[],
  headers: Readonly<Record<string, string>>,
): RestMatch | undefined {
  const parts = splitPath(path)
  const present = new Map(query)
  for (const resource of resourcesOf(model)) {
    if (!matchesPath(resource.segments, parts)) continue
    const operation = chooseOperation(resource, method, present, headers)
    if (operation !== undefined) return { operation, labels: readLabels(resource.segments, parts) }
  }
  return undefined
}

/** The operation that a method on a resource means, told by the query and the headers. Header names in lower case. */
export function chooseOperation(
  resource: Resource,
  method: string,
  present: ReadonlyMap<string, string>,
  headers: Readonly<Record<string, string>>,
): OperationModel | undefined {
  const { templates, selectors } = resource.methods.get(method) ?? { templates: [], selectors: new Set<string>() }
  const named = [...present.keys()].filter((name) => selectors.has(name))
  const [best] = templates
    .filter((template) => {
      const { literals, requiredQuery } = template
      return (
        literals.every(([name, value]) => present.has(name) && (value === '' || present.get(name) === value)) &&
        named.every((name) => requiredQuery.includes(name) || literals.some(([literal]) => literal === name)) &&
        (!resource.isShared || isMarked(template, present))
      )
    })
    .map((template) => ({ operation: template.operation, ...fitOf(template, present, headers) }))
    .sort((a, b) => a.missing - b.missing || b.specific - a.specific)
  return best?.operation
}

/** `POST /bucket/key` alone is no CompleteMultipartUpload without its id: what marks it out must be there. */
function isMarked({ literals, requiredQuery }: Template, present: ReadonlyMap<string, string>): boolean {
  return literals.length > 0 || requiredQuery.length === 0 || requiredQuery.some((name) => present.has(name))
}

/** How many required members are not there, and how many say that this operation is meant. */
function fitOf(
  template: Template,
  present: ReadonlyMap<string, string>,
  headers: Readonly<Record<string, string>>,
): { missing: number; specific: number } {
  const found =
    template.requiredQuery.filter((name) => present.has(name)).length +
    template.requiredHeaders.filter((name) => headers[name] !== undefined).length
  const required = template.requiredQuery.length + template.requiredHeaders.length
  // A literal is there to tell operations apart; a required member may be another's optional one.
  return { missing: required - found, specific: 2 * template.literals.length + found }
}

function matchesPath(segments: readonly Segment[], parts: readonly string[]): boolean {
  const last = segments.at(-1)
  if (last !== undefined && 'label' in last && last.isGreedy) {
    return (
      parts.length >= segments.length &&
      (parts.length > segments.length || parts.at(-1) !== '') &&
      fits(segments, parts)
    )
  }
  // `/bucket/` is the bucket; below a greedy label every slash counts.
  const own = parts.length === segments.length + 1 && parts.at(-1) === '' ? parts.slice(0, -1) : parts
  return own.length === segments.length && fits(segments, own)
}

/** Whether the parts up to the greedy label fit. */
function fits(segments: readonly Segment[], parts: readonly string[]): boolean {
  return segments.every((segment, index) => {
    if ('text' in segment) return segment.text === parts[index]
    return segment.isGreedy || parts[index] !== ''
  })
}

function readLabels(segments: readonly Segment[], parts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    segments.flatMap((segment, index) => {
      if ('text' in segment) return []
      const raw = segment.isGreedy ? parts.slice(index).join('/') : (parts[index] ?? '')
      return [[segment.label, decodePercent(raw, 'InvalidURI')]]
    }),
  )
}

import type { OperationModel, ServiceModel } from '../model/index.ts'
import { decodePercent, type Parameter } from './form.ts'

/*
 * Templates of the rest protocols, as the models write them:
 *
 *     uri     = *( "/" segment ) [ "?" literal *( "&" literal ) ]
 *     segment = text / "{" label "}" / "{" label "+}"        ; the greedy one is last and takes slashes too
 *     literal = name [ "=" value ]                           ; must be in the query
 *
 * Several S3 operations share method and path. Which one is meant is told by the query: literals, and members that an
 * operation requires there (`uploadId`, `id`); between the rest by headers an operation requires (`x-amz-copy-source`).
 */

interface Template {
  readonly operation: OperationModel
  readonly segments: readonly Segment[]
  readonly literals: readonly Parameter[]
  /** Wire names of required input members in the query, and in lower case in headers. */
  readonly requiredQuery: readonly string[]
  readonly requiredHeaders: readonly string[]
}

type Segment = { readonly text: string } | { readonly label: string; readonly isGreedy: boolean }

export interface RestMatch {
  readonly operation: OperationModel
  /** Label → decoded value. */
  readonly labels: Readonly<Record<string, string>>
}

/** One table per model; models are loaded once per process. */
const tables = new WeakMap<ServiceModel, readonly Template[]>()

function templatesOf(model: ServiceModel): readonly Template[] {
  const known = tables.get(model)
  if (known !== undefined) return known
  const built = Object.values(model.operations)
    .filter((operation) => operation.deprecated !== true)
    .map((operation) => toTemplate(model, operation))
  tables.set(model, built)
  return built
}

function toTemplate(model: ServiceModel, operation: OperationModel): Template {
  const [path = '', query = ''] = operation.http.uri.split('?')
  const input = operation.input === undefined ? undefined : model.shapes[operation.input]
  const required = (location: 'querystring' | 'header') =>
    input?.type !== 'structure'
      ? []
      : Object.entries(input.members)
          .filter(([name, member]) => member.location === location && input.required.includes(name))
          .map(([name, member]) => member.locationName ?? name)
  return {
    operation,
    segments: splitPath(path).map((part) => {
      const label = /^\{(.*?)(\+?)\}$/.exec(part)
      return label === null ? { text: part } : { label: label[1] ?? '', isGreedy: label[2] === '+' }
    }),
    literals: query.split('&').flatMap((literal): Parameter[] => {
      const [name = '', value = ''] = literal.split('=')
      return name === '' ? [] : [[name, value]]
    }),
    requiredQuery: required('querystring'),
    requiredHeaders: required('header').map((name) => name.toLowerCase()),
  }
}

function splitPath(path: string): string[] {
  return path === '/' || path === '' ? [] : path.slice(1).split('/')
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
  const onPath = templatesOf(model).filter((template) => matchesPath(template.segments, path))
  const present = new Map(query)
  const subResources = onPath.flatMap(({ literals }) =>
    literals.filter(([, value]) => value === '').map(([name]) => name),
  )
  const onMethod = onPath.filter(({ operation }) => operation.http.method === method)
  const selectors = new Set([...subResources, ...onMethod.flatMap(({ requiredQuery }) => requiredQuery)])
  const named = [...selectors].filter((name) => present.has(name))
  const candidates = onMethod.filter(
    ({ literals, requiredQuery }) =>
      literals.every(([name, value]) => present.has(name) && (value === '' || present.get(name) === value)) &&
      named.every((name) => requiredQuery.includes(name) || literals.some(([literal]) => literal === name)) &&
      isMeant({ literals, requiredQuery }, onPath.length, present),
  )
  const [best] = candidates
    .map((template) => ({ template, ...fitOf(template, present, headers) }))
    .sort((a, b) => a.missing - b.missing || b.specific - a.specific)
  if (best === undefined) return undefined
  return { operation: best.template.operation, labels: readLabels(best.template.segments, path) }
}

/** `POST /bucket/key` alone is no CompleteMultipartUpload without its id: what marks it out must be there. */
function isMeant(
  { literals, requiredQuery }: Pick<Template, 'literals' | 'requiredQuery'>,
  sharingPath: number,
  present: ReadonlyMap<string, string>,
): boolean {
  if (sharingPath === 1 || literals.length > 0 || requiredQuery.length === 0) return true
  return requiredQuery.some((name) => present.has(name))
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
  return { missing: required - found, specific: template.literals.length + found }
}

function matchesPath(segments: readonly Segment[], path: string): boolean {
  const parts = splitPath(path)
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

function readLabels(segments: readonly Segment[], path: string): Record<string, string> {
  const parts = splitPath(path)
  return Object.fromEntries(
    segments.flatMap((segment, index) => {
      if ('text' in segment) return []
      const raw = segment.isGreedy ? parts.slice(index).join('/') : (parts[index] ?? '')
      return [[segment.label, decodePercent(raw, 'InvalidURI')]]
    }),
  )
}

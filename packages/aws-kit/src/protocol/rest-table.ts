import type { OperationModel, ServiceModel } from '../model/index.ts'
import type { Parameter } from './form.ts'

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

export interface Template {
  readonly operation: OperationModel
  readonly segments: readonly Segment[]
  readonly literals: readonly Parameter[]
  /** Wire names of required input members in the query, and in lower case in headers. */
  readonly requiredQuery: readonly string[]
  readonly requiredHeaders: readonly string[]
}

export type Segment = { readonly text: string } | { readonly label: string; readonly isGreedy: boolean }

/** The operations on one path. */
export interface Resource {
  readonly segments: readonly Segment[]
  readonly isShared: boolean
  readonly methods: ReadonlyMap<string, Method>
}

export interface Method {
  readonly templates: readonly Template[]
  /** Names in a query that tell operations apart; one that is there must be the operation's. */
  readonly selectors: ReadonlySet<string>
}

/** One table per model; models are loaded once per process. */
const tables = new WeakMap<ServiceModel, readonly Resource[]>()

/** The resources of a model, what is spelt out before what a label would take too. */
export function resourcesOf(model: ServiceModel): readonly Resource[] {
  const known = tables.get(model)
  if (known !== undefined) return known
  const templates = Object.values(model.operations)
    .filter((operation) => operation.deprecated !== true)
    .map((operation) => toTemplate(model, operation))
  const byPath = Map.groupBy(templates, ({ operation }) => operation.http.uri.split('?')[0] ?? '')
  const resources = [...byPath.values()].map(toResource)
  resources.sort((a, b) => textsOf(b.segments) - textsOf(a.segments))
  tables.set(model, resources)
  return resources
}

function textsOf(segments: readonly Segment[]): number {
  return segments.filter((segment) => 'text' in segment).length
}

function toResource(templates: readonly Template[]): Resource {
  // Literals of any method are parts of the resource, not the resource.
  const subResources = new Set(
    templates.flatMap(({ literals }) => literals.filter(([, value]) => value === '').map(([name]) => name)),
  )
  const byMethod = Map.groupBy(templates, ({ operation }) => operation.http.method)
  const methods = [...byMethod].map(([method, own]): [string, Method] => {
    const required = own.flatMap(({ requiredQuery }) => requiredQuery)
    return [method, { templates: own, selectors: new Set([...subResources, ...required]) }]
  })
  const segments = templates[0]?.segments ?? []
  return { segments, isShared: templates.length > 1, methods: new Map(methods) }
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

/** The parts between the slashes, empty ones too; none for the root. */
export function splitPath(path: string): string[] {
  return path === '/' || path === '' ? [] : path.slice(1).split('/')
}

import type { Member, ServiceModel } from '@cairn/aws-kit/model'
import { type RoutedOperation, type RouteTable, routeIndex, routeTable } from '@cairn/aws-kit/naming'
import { toJson, type Values, xmlOf } from './wire.fixture.ts'

/** In everything that a model calls sensitive. */
export const canary = 'CANARY-7f3a'

/** A value with everything in it, the canary in all that is sensitive; recursion ends at this depth. */
const depthMax = 5

function filled(model: ServiceModel, member: Member, isSecret: boolean, depth: number): unknown {
  const shape = model.shapes[member.shape]
  const isOwnSecret = isSecret || member.sensitive === true
  if (shape === undefined || depth > depthMax) return undefined
  switch (shape.type) {
    case 'structure':
      return Object.fromEntries(
        Object.entries(shape.members).map(([name, own]) => [name, filled(model, own, isOwnSecret, depth + 1)]),
      )
    case 'list':
      return [filled(model, shape.member, isOwnSecret, depth + 1)]
    case 'map':
      return { [shape.key.sensitive ? canary : 'key']: filled(model, shape.value, isOwnSecret, depth + 1) }
    case 'string':
      return isOwnSecret ? canary : 'plain'
    case 'blob':
      return isOwnSecret ? canary : 'cGxhaW4='
    case 'boolean':
      return true
    case 'timestamp':
      return 1_700_000_000_000
    default:
      return 7
  }
}

/** What S3's own records show although the model calls it sensitive: which key encrypts an object is no secret. */
const keyOfS3 = /^(?:SSEKMS|KMS|KMSMaster)?Key(?:Id|ID|Arn)$/

/** Whether a shape leads to something sensitive: most do not, and filling them all would take minutes. */
function leadsToSecret(model: ServiceModel, name: string, seen: Set<string>): boolean {
  const shape = model.shapes[name]
  if (shape === undefined || seen.has(name)) return false
  seen.add(name)
  const uses =
    shape.type === 'structure'
      ? Object.values(shape.members)
      : shape.type === 'list'
        ? [shape.member]
        : shape.type === 'map'
          ? [shape.key, shape.value]
          : []
  return uses.some((use) => use.sensitive === true || leadsToSecret(model, use.shape, seen))
}

function secretsOf({ model, service }: RouteTable, shape: string | undefined): Values | undefined {
  if (shape === undefined || !leadsToSecret(model, shape, new Set())) return undefined
  const values = filled(model, { shape }, false, 0) as Values
  const text = JSON.stringify(values, (name, value) => (service === 's3' && keyOfS3.test(name) ? 'plain' : value))
  return text.includes(canary) ? (JSON.parse(text) as Values) : undefined
}

/** Every operation whose requests or answers hold something sensitive, and one such. */
export function* operationsWith(shape: 'input' | 'output'): Generator<[RouteTable, RoutedOperation, Values]> {
  for (const service of routeIndex().services) {
    const table = routeTable(service)
    for (const operation of table.operations.values()) {
      const values = secretsOf(table, operation[shape])
      if (values !== undefined) yield [table, operation, values]
    }
  }
}

/** An answer as the service would write it. */
export function answerText(table: RouteTable, operation: RoutedOperation, output: Values): string {
  const use = { shape: operation.output ?? '' }
  if (!['query', 'ec2Query', 'restXml'].includes(table.protocol))
    return JSON.stringify(toJson(table.model, use, output))
  const wrapper = table.protocol === 'query' ? operation.resultWrapper : undefined
  const members = xmlOf(table.model, use, output)
  return wrapper === undefined ? `<R>${members}</R>` : `<R><${wrapper}>${members}</${wrapper}></R>`
}

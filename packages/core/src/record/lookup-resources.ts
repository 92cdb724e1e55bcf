import type { JsonObject } from './build-record.ts'
import { resourceMembers } from './resource-members.ts'

/** A resource that an event is about. */
export interface EventResource {
  /** `AWS::<Service>::<Kind>` */
  readonly type?: string
  /** ARN or name. */
  readonly name: string
}

/** An event names few resources; a hostile record must not fill an index or take long to walk. */
const resourcesMax = 64
const visitedMax = 512
const depthMax = 5
const nameCharsMax = 2048

/**
 * The resources that LookupEvents shows for a record: those the record lists, then those that members of the request
 * and the answer name. Without repeats, in that order.
 */
export function lookupResources(record: JsonObject): readonly EventResource[] {
  const found = new Map<string, EventResource>()
  const add = (type: string | undefined, name: unknown): void => {
    if (typeof name !== 'string' || name === '' || found.size >= resourcesMax) return
    const short = name.slice(0, nameCharsMax)
    const key = `${type ?? ''} ${short}`
    if (!found.has(key)) found.set(key, type === undefined ? { name: short } : { type, name: short })
  }
  if (Array.isArray(record.resources)) {
    for (const one of record.resources.slice(0, resourcesMax) as readonly unknown[]) {
      if (isObject(one)) add(typeof one.type === 'string' ? one.type : undefined, one.ARN ?? one.ARNPrefix)
    }
  }
  const members = resourceMembers(record.eventSource)
  if (members !== undefined) {
    walk(record.requestParameters, members, add)
    walk(record.responseElements, members, add)
  }
  return [...found.values()]
}

/** Breadth first, so that what stands near the top is found before the bound on visited members is reached. */
function walk(root: unknown, members: ReadonlyMap<string, string>, add: (type: string, name: unknown) => void): void {
  let level: { readonly parent: string; readonly value: unknown }[] = [{ parent: '', value: root }]
  let visited = 0
  for (let depth = 0; depth < depthMax && level.length > 0; depth += 1) {
    const next: typeof level = []
    for (const { parent, value } of level) {
      if (typeof value !== 'object' || value === null) continue
      for (const [key, inner] of Object.entries(value)) {
        visited += 1
        if (visited > visitedMax) return
        // An array's items stand for the array: `instanceIds: ["i-1"]` is looked up as `instanceIds`.
        const name = Array.isArray(value) ? parent : key
        if (typeof inner === 'string') {
          const type = members.get(`${parent}.${name}`) ?? members.get(name)
          if (type !== undefined) add(type, inner)
        } else next.push({ parent: name, value: inner })
      }
    }
    level = next
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

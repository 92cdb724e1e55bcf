import type { FieldClause, SelectableEvent, SelectorField } from './selector.ts'

export type EventTest = (event: SelectableEvent) => boolean

/** Whether one value hits. */
type ValueTest = (value: string) => boolean

/** Compiles one field's conditions. A field the event does not have satisfies only conditions that keep values out. */
export function compileClause(clause: FieldClause): EventTest {
  const selects = hits(clause.equals, clause.startsWith, clause.endsWith)
  const deselects = hits(clause.notEquals, clause.notStartsWith, clause.notEndsWith)
  if (clause.field === 'resources.type' || clause.field === 'resources.ARN') {
    return compileForResources(clause.field === 'resources.type' ? 'type' : 'ARN', selects, deselects)
  }
  const read = readers[clause.field]
  return (event) => {
    const value = read(event)
    if (value === undefined) return selects === undefined
    return (selects === undefined || selects(value)) && (deselects === undefined || !deselects(value))
  }
}

const readers: Readonly<
  Record<Exclude<SelectorField, 'resources.type' | 'resources.ARN'>, (event: SelectableEvent) => string | undefined>
> = {
  eventCategory: ({ eventCategory, managementEvent }) =>
    eventCategory ?? (managementEvent === false ? 'Data' : 'Management'),
  readOnly: ({ readOnly }) => (readOnly === undefined ? undefined : readOnly ? 'true' : 'false'),
  eventSource: ({ eventSource }) => eventSource,
  eventName: ({ eventName }) => eventName,
  eventType: ({ eventType }) => eventType,
  sessionCredentialFromConsole: (event) => event.sessionCredentialFromConsole,
  'userIdentity.arn': ({ userIdentityArn }) => userIdentityArn,
  errorCode: ({ errorCode }) => errorCode,
  vpcEndpointId: ({ vpcEndpointId }) => vpcEndpointId,
}

/** Any resource may let the event in, and any may keep it out. */
function compileForResources(
  member: 'type' | 'ARN',
  selects: ValueTest | undefined,
  deselects: ValueTest | undefined,
): EventTest {
  return (event) => {
    let isSelected = selects === undefined
    for (const resource of event.resources ?? []) {
      const value = resource[member]
      if (value === undefined) continue
      if (deselects?.(value) === true) return false
      isSelected ||= selects?.(value) === true
    }
    return isSelected
  }
}

function hits(
  equals: readonly string[] | undefined,
  starts: readonly string[] | undefined,
  ends: readonly string[] | undefined,
): ValueTest | undefined {
  const tests: ValueTest[] = []
  if (equals !== undefined) tests.push(compileEquals(equals))
  if (starts !== undefined) tests.push(compilePrefixes(starts))
  if (ends !== undefined) tests.push((value) => ends.some((end) => value.endsWith(end)))
  const [first, ...others] = tests
  if (first === undefined) return undefined
  return others.length === 0 ? first : (value) => tests.some((test) => test(value))
}

function compileEquals(wanted: readonly string[]): ValueTest {
  const [only] = wanted
  if (only !== undefined && wanted.length === 1) return (value) => value === only
  const set = new Set(wanted)
  return (value) => set.has(value)
}

/**
 * Of sorted prefixes without those that another one covers, only the last that is not greater than the value can be
 * its prefix: hundreds of buckets cost a handful of comparisons.
 */
function compilePrefixes(wanted: readonly string[]): ValueTest {
  const prefixes: string[] = []
  for (const prefix of [...wanted].sort(byUnits)) {
    const last = prefixes.at(-1)
    if (last === undefined || !prefix.startsWith(last)) prefixes.push(prefix)
  }
  const [only] = prefixes
  if (only !== undefined && prefixes.length === 1) return compilePrefix(only)
  return (value) => {
    let low = 0
    let high = prefixes.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((prefixes[middle] as string) <= value) low = middle + 1
      else high = middle
    }
    return low > 0 && value.startsWith(prefixes[low - 1] as string)
  }
}

/** ARNs begin alike and differ at the end of a prefix, so that is looked at first. */
function compilePrefix(prefix: string): ValueTest {
  const last = prefix.length - 1
  const code = prefix.charCodeAt(last)
  return (value) => value.charCodeAt(last) === code && value.startsWith(prefix)
}

/** The order of `<=` on strings. */
function byUnits(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0
}

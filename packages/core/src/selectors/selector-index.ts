import { compileClause, type EventTest } from './compile-clause.ts'
import type { FieldClause, SelectableEvent, SelectorField } from './selector.ts'

/** Some of the owners, by their places in the list, ascending. */
export interface Group<Id> {
  readonly places: readonly number[]
  readonly ids: readonly Id[]
}

/** Clauses and those who have them. */
interface Indexable<Id> {
  readonly clauses: readonly FieldClause[]
  readonly owners: Group<Id>
}

interface Entry<Id> {
  readonly test: EventTest
  readonly owners: Group<Id>
}

/** Fields by whose wanted values selectors are found, the most telling first. */
const indexedFields: readonly SelectorField[] = ['eventName', 'eventSource', 'resources.type']

/**
 * Finds the selectors an event satisfies without asking all of them: by the name, source or resource type they want,
 * and within a type by the prefixes of ARNs they want. The groups found are not empty but may repeat.
 */
export function buildIndex<Id>(selectors: readonly Indexable<Id>[]): (event: SelectableEvent) => readonly Group<Id>[] {
  const byName = new Map<string, Entry<Id>[]>()
  const bySource = new Map<string, Entry<Id>[]>()
  const byType = new Map<string, Shelf<Id>>()
  const rest: Entry<Id>[] = []
  for (const selector of selectors) {
    const field = indexedFields.find((one) =>
      selector.clauses.some((clause) => clause.field === one && wantsOnly(clause)),
    )
    const wanted = selector.clauses.find((clause) => clause.field === field)?.equals ?? []
    const left = { ...selector, clauses: without(selector.clauses, field) }
    if (field === undefined) rest.push(entryOf(selector))
    else {
      for (const value of new Set(wanted)) {
        if (field === 'eventName') append(byName, value, entryOf(left))
        else if (field === 'eventSource') append(bySource, value, entryOf(left))
        else put(shelfFor(byType, value), left)
      }
    }
  }
  return (event) => {
    const found: Group<Id>[] = []
    collect(rest, event, found)
    if (event.eventName !== undefined) collect(byName.get(event.eventName), event, found)
    if (event.eventSource !== undefined) collect(bySource.get(event.eventSource), event, found)
    if (byType.size > 0) {
      for (const { type } of event.resources ?? []) {
        const shelf = type === undefined ? undefined : byType.get(type)
        if (shelf !== undefined) collectShelf(shelf, event, found)
      }
    }
    return found
  }
}

/** Whether the clause says nothing but `Equals`: whoever was found by its value satisfies it. */
function wantsOnly({ field: _, equals, ...others }: FieldClause): boolean {
  return equals !== undefined && Object.values(others).every((values) => values === undefined)
}

function without(clauses: readonly FieldClause[], field: SelectorField | undefined): readonly FieldClause[] {
  return clauses.filter((clause) => clause.field !== field)
}

function entryOf<Id>({ clauses, owners }: Indexable<Id>): Entry<Id> {
  return { test: allOf(clauses.map(compileClause)), owners }
}

/** One call for each clause and no loop: this is where the matcher spends its time. */
function allOf([first, ...others]: readonly EventTest[]): EventTest {
  if (first === undefined) return () => true
  if (others.length === 0) return first
  const second = allOf(others)
  return (event) => first(event) && second(event)
}

function append<Id>(map: Map<string, Entry<Id>[]>, key: string, entry: Entry<Id>): void {
  const entries = map.get(key)
  if (entries === undefined) map.set(key, [entry])
  else entries.push(entry)
}

function collect<Id>(entries: readonly Entry<Id>[] | undefined, event: SelectableEvent, found: Group<Id>[]): void {
  if (entries === undefined) return
  for (const { test, owners } of entries) if (test(event)) found.push(owners)
}

/** Selectors that want one type of resource. */
interface Shelf<Id> {
  readonly others: Entry<Id>[]
  /** By the prefix they want, in a map for each length of prefix: there are few lengths and may be many prefixes. */
  readonly byPrefix: Map<number, Map<string, Entry<Id>[]>>
}

function shelfFor<Id>(shelves: Map<string, Shelf<Id>>, type: string): Shelf<Id> {
  const shelf = shelves.get(type) ?? { others: [], byPrefix: new Map() }
  shelves.set(type, shelf)
  return shelf
}

function put<Id>(shelf: Shelf<Id>, selector: Indexable<Id>): void {
  const arn = selector.clauses.find(({ field }) => field === 'resources.ARN')
  const { field: _, startsWith, ...others } = arn ?? { field: 'resources.ARN' }
  if (startsWith === undefined || Object.values(others).some((values) => values !== undefined)) {
    shelf.others.push(entryOf(selector))
    return
  }
  const entry = entryOf({ ...selector, clauses: without(selector.clauses, 'resources.ARN') })
  for (const prefix of new Set(startsWith)) {
    const map = shelf.byPrefix.get(prefix.length) ?? new Map<string, Entry<Id>[]>()
    shelf.byPrefix.set(prefix.length, map)
    append(map, prefix, entry)
  }
}

function collectShelf<Id>(shelf: Shelf<Id>, event: SelectableEvent, found: Group<Id>[]): void {
  collect(shelf.others, event, found)
  for (const [length, prefixes] of shelf.byPrefix) {
    for (const { ARN } of event.resources ?? []) {
      if (ARN !== undefined && ARN.length >= length) collect(prefixes.get(ARN.slice(0, length)), event, found)
    }
  }
}

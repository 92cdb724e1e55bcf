import { compileClause, type EventTest } from './compile-clause.ts'
import { categoryOf, type FieldClause, type SelectableEvent, type Selector, type SelectorField } from './selector.ts'

/** The selectors of one trail or event data store. */
export interface SelectorOwnership<Id> {
  readonly id: Id
  readonly selectors: readonly Selector[]
}

export interface SelectorMatcher<Id> {
  /** Ids of everyone who selects the event, each once, in the order they were given. */
  match(event: SelectableEvent): readonly Id[]
}

/**
 * Compiles the selectors of all trails together. They are sorted by category and `readOnly`, then by the one source,
 * name or resource type they want, so that an event only meets selectors that might take it; selectors that are alike
 * are asked once, however many trails have them.
 *
 * Every selector must name its category, as those that were judged do.
 */
export function compileSelectors<Id>(owners: readonly SelectorOwnership<Id>[]): SelectorMatcher<Id> {
  const ids = owners.map(({ id }) => id)
  const drawers = buildDrawers(owners)
  const marks = new Uint8Array(ids.length)
  return {
    match(event) {
      const drawer = drawers.get(categoryOf(event))?.[drawerIndex(event.readOnly)]
      if (drawer === undefined) return none
      const found = drawer.find(event)
      const [first] = found
      if (first === undefined) return pick(ids, drawer.always)
      return pick(ids, found.length === 1 && drawer.always.length === 0 ? first : merge(marks, drawer.always, found))
    },
  }
}

/** An event says of itself that it reads, that it does not, or nothing. */
const readOnlyStates = [true, false, undefined]

function drawerIndex(readOnly: boolean | undefined): number {
  return readOnly === true ? 0 : readOnly === false ? 1 : 2
}

function buildDrawers<Id>(owners: readonly SelectorOwnership<Id>[]): ReadonlyMap<string, readonly Drawer[]> {
  const categories = new Set<string>()
  for (const { clauses } of owners.flatMap(({ selectors }) => selectors)) {
    const named = clauses.find(({ field }) => field === 'eventCategory')?.equals
    if (named === undefined) throw new TypeError('a selector names its category')
    for (const category of named) categories.add(category)
  }
  return new Map(
    [...categories].map((eventCategory) => [
      eventCategory,
      readOnlyStates.map((readOnly) => buildDrawer(owners, { eventCategory, readOnly })),
    ]),
  )
}

const none: readonly never[] = []

/** Places in the list of owners, ascending. */
type Places = readonly number[]

function pick<Id>(ids: readonly Id[], places: Places): readonly Id[] {
  return places.map((place) => ids[place] as Id)
}

/** `marks` is all zero before and after. */
function merge(marks: Uint8Array, always: Places, lists: readonly Places[]): Places {
  const out: number[] = []
  for (const places of [always, ...lists]) {
    for (const place of places) {
      if (marks[place] === 0) {
        marks[place] = 1
        out.push(place)
      }
    }
  }
  for (const place of out) marks[place] = 0
  return out.sort((left, right) => left - right)
}

/** What is left of a selector once category and `readOnly` are known, and whose it is. */
interface Residue {
  readonly clauses: readonly FieldClause[]
  readonly places: number[]
}

interface Entry {
  readonly test: EventTest
  readonly places: Places
}

interface Drawer {
  /** Owners who take everything in this drawer. */
  readonly always: Places
  /** Owners of each residue the event satisfies. */
  find(event: SelectableEvent): readonly Places[]
}

function buildDrawer<Id>(
  owners: readonly SelectorOwnership<Id>[],
  known: Pick<SelectableEvent, 'eventCategory' | 'readOnly'>,
): Drawer {
  const residues = new Map<string, Residue>()
  owners.forEach(({ selectors }, place) => {
    for (const { clauses } of selectors) {
      const isKnown = ({ field }: FieldClause) => field === 'eventCategory' || field === 'readOnly'
      if (!clauses.filter(isKnown).every((clause) => compileClause(clause)(known))) continue
      const left = clauses.filter((clause) => !isKnown(clause))
      const name = JSON.stringify(left)
      const residue = residues.get(name) ?? { clauses: left, places: [] }
      if (residue.places.at(-1) !== place) residue.places.push(place)
      residues.set(name, residue)
    }
  })
  const always = residues.get('[]')?.places ?? []
  residues.delete('[]')
  return { always, find: buildIndex([...residues.values()]) }
}

/** Fields by whose wanted values residues are found, the most telling first. */
const indexedFields: readonly SelectorField[] = ['eventName', 'eventSource', 'resources.type']

function buildIndex(residues: readonly Residue[]): Drawer['find'] {
  const byField = indexedFields.map(() => new Map<string, Entry[]>())
  const rest: Entry[] = []
  for (const { clauses, places } of residues) {
    const entry = { test: compileAll(clauses), places }
    const at = indexedFields.findIndex((field) => clauses.some((clause) => clause.field === field && wantsOnly(clause)))
    const wanted = clauses.find(({ field }) => field === indexedFields[at])?.equals
    const map = byField[at]
    if (wanted === undefined || map === undefined) rest.push(entry)
    else for (const value of new Set(wanted)) map.set(value, [...(map.get(value) ?? []), entry])
  }
  const [byName, bySource, byType] = byField as [Map<string, Entry[]>, Map<string, Entry[]>, Map<string, Entry[]>]
  return (event) => {
    const found: Places[] = []
    collect(rest, event, found)
    if (event.eventName !== undefined) collect(byName.get(event.eventName), event, found)
    if (event.eventSource !== undefined) collect(bySource.get(event.eventSource), event, found)
    if (byType.size > 0) {
      // An event with several resources of a type meets its entries more than once; the merge takes each owner once.
      for (const { type } of event.resources ?? []) if (type !== undefined) collect(byType.get(type), event, found)
    }
    return found
  }
}

/** Whether a value not listed under `Equals` cannot satisfy the clause. */
function wantsOnly({ equals, startsWith, endsWith }: FieldClause): boolean {
  return equals !== undefined && startsWith === undefined && endsWith === undefined
}

function collect(entries: readonly Entry[] | undefined, event: SelectableEvent, found: Places[]): void {
  if (entries === undefined) return
  for (const { test, places } of entries) if (test(event)) found.push(places)
}

function compileAll(clauses: readonly FieldClause[]): EventTest {
  const tests = clauses.map(compileClause)
  const [only] = tests
  if (only !== undefined && tests.length === 1) return only
  return (event) => {
    for (const test of tests) if (!test(event)) return false
    return true
  }
}

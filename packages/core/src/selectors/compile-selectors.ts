import { compileClause } from './compile-clause.ts'
import { categoryOf, type FieldClause, type SelectableEvent, type Selector } from './selector.ts'
import { buildIndex, type Group } from './selector-index.ts'

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
      // Most events are taken by one group of trails alike; their list was made beforehand.
      if (first === undefined) return drawer.always.ids
      if (found.length === 1 && drawer.always.places.length === 0) return first.ids
      return merge(marks, drawer.always, found).map((place) => ids[place] as Id)
    },
  }
}

/** An event says of itself that it reads, that it does not, or nothing. */
const readOnlyStates = [true, false, undefined]

function drawerIndex(readOnly: boolean | undefined): number {
  return readOnly === true ? 0 : readOnly === false ? 1 : 2
}

function buildDrawers<Id>(owners: readonly SelectorOwnership<Id>[]): ReadonlyMap<string, readonly Drawer<Id>[]> {
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

/** `marks` is all zero before and after. */
function merge<Id>(marks: Uint8Array, always: Group<Id>, groups: readonly Group<Id>[]): readonly number[] {
  const out: number[] = []
  let last = -1
  let isSorted = true
  for (const { places } of [always, ...groups]) {
    for (const place of places) {
      if (marks[place] === 1) continue
      marks[place] = 1
      out.push(place)
      isSorted &&= place > last
      last = place
    }
  }
  for (const place of out) marks[place] = 0
  return isSorted ? out : out.sort((left, right) => left - right)
}

/** What is left of a selector once category and `readOnly` are known, and whose it is. */
interface Residue {
  readonly clauses: readonly FieldClause[]
  readonly places: number[]
}

interface Drawer<Id> {
  /** Owners who take everything in this drawer. */
  readonly always: Group<Id>
  /** Owners of each residue the event satisfies. */
  find(event: SelectableEvent): readonly Group<Id>[]
}

function buildDrawer<Id>(
  owners: readonly SelectorOwnership<Id>[],
  known: Pick<SelectableEvent, 'eventCategory' | 'readOnly'>,
): Drawer<Id> {
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
  const groupOf = (places: readonly number[]): Group<Id> => ({
    places,
    ids: places.map((place) => (owners[place] as SelectorOwnership<Id>).id),
  })
  const always = groupOf(residues.get('[]')?.places ?? [])
  residues.delete('[]')
  const entries = [...residues.values()].map(({ clauses, places }) => ({ clauses, owners: groupOf(places) }))
  return { always, find: buildIndex(entries) }
}

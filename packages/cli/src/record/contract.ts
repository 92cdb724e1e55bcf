import type { JsonObject } from '@cairn/core/record'
import { nameOf, type SeenCall } from './seen-call.ts'
import { steadyParameters, steadyText } from './volatile.ts'

/** A call as a contract knows it: what is the same in every run. */
export interface ContractCall {
  /** `s3:PutObject` */
  readonly call: string
  /** What it is about, where the record names it. */
  readonly on?: string | undefined
  readonly parameters?: JsonObject | undefined
  readonly error?: string | undefined
  /** Changes nothing. However often it is repeated, it counts once: waiting is asking again. */
  readonly readOnly?: true | undefined
  /** How often in a row; once when absent. */
  readonly times?: number | undefined
}

/** What a program calls: the calls of each test, or all under the empty name, in the order they began. */
export type Contract = ReadonlyMap<string, readonly ContractCall[]>

/** Something in which a run differs from its contract. */
export interface Difference {
  readonly kind: 'missing' | 'unexpected' | 'order' | 'times'
  readonly mark: string
  readonly call: ContractCall
  /** In words: `expected 2 times, seen 3`. */
  readonly detail?: string
}

export function contractOf(calls: readonly SeenCall[]): Contract {
  const groups = new Map<string, SeenCall[]>()
  for (const call of [...calls].sort((a, b) => a.startedAtMs - b.startedAtMs)) {
    const mark = call.mark ?? ''
    const group = groups.get(mark)
    if (group) group.push(call)
    else groups.set(mark, [call])
  }
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([mark, group]) => [mark, collapsed(group)]))
}

/** Equal calls in a row become one with a number; reads that were made before in the same way are left out. */
function collapsed(calls: readonly SeenCall[]): readonly ContractCall[] {
  const kept: { call: ContractCall; times: number }[] = []
  const reads = new Set<string>()
  for (const seen of calls) {
    const call = steadyCall(seen)
    const key = keyOf(call)
    const last = kept.at(-1)
    if (seen.readOnly) {
      if (reads.has(key)) continue
      reads.add(key)
      kept.push({ call, times: 1 })
    } else if (last !== undefined && keyOf(last.call) === key) last.times += 1
    else kept.push({ call, times: 1 })
    // What was read before a change may be read after it with another meaning.
    if (!seen.readOnly) reads.clear()
  }
  return kept.map(({ call, times }) => (times === 1 ? call : { ...call, times }))
}

function steadyCall(call: SeenCall): ContractCall {
  const parameters = steadyParameters(call.parameters)
  return {
    call: nameOf(call),
    ...(call.resource !== undefined && { on: steadyText(call.resource) }),
    ...(parameters && { parameters }),
    ...(call.error !== undefined && { error: steadyText(call.error) }),
    ...(call.readOnly && { readOnly: true }),
  }
}

/** What tells calls apart. Members are in the order of their names already. */
function keyOf({ call, on, parameters, error }: ContractCall): string {
  return JSON.stringify([call, on ?? null, parameters ?? null, error ?? null])
}

/**
 * Compares a run with its contract. Numbers of changes must be equal; reads must be there, however often. The order
 * matters where it can have an effect: among changes of the same thing. Reads, and changes of different things, are made
 * side by side by programs that do not wait for each.
 */
export function differences(expected: Contract, seen: Contract): readonly Difference[] {
  const marks = [...new Set([...expected.keys(), ...seen.keys()])].sort()
  return marks.flatMap((mark) => inGroup(mark, expected.get(mark) ?? [], seen.get(mark) ?? []))
}

function inGroup(
  mark: string,
  expected: readonly ContractCall[],
  seen: readonly ContractCall[],
): readonly Difference[] {
  const [wanted, got] = [totals(expected), totals(seen)]
  const found: Difference[] = []
  for (const [key, { call, times }] of wanted) {
    const other = got.get(key)
    if (other === undefined) found.push({ kind: 'missing', mark, call })
    else if (other.times !== times && other.call.readOnly !== true) {
      found.push({ kind: 'times', mark, call, detail: `expected ${counts(times)}, seen ${counts(other.times)}` })
    }
  }
  for (const [key, { call, times }] of got) {
    if (!wanted.has(key)) found.push({ kind: 'unexpected', mark, call, ...(times > 1 && { detail: counts(times) }) })
  }
  return found.length > 0 ? found : outOfOrder(mark, expected, seen)
}

/** Of each thing that is changed, the first change that comes before one it should follow. */
function outOfOrder(
  mark: string,
  expected: readonly ContractCall[],
  seen: readonly ContractCall[],
): readonly Difference[] {
  const got = changesByThing(seen)
  return [...changesByThing(expected)].flatMap(([thing, wanted]) => {
    const others = got.get(thing) ?? []
    const index = wanted.findIndex((call, at) => keyOf(call) !== keyOf(others[at] ?? { call: '' }))
    const [call, instead] = [wanted[index], others[index]]
    if (call === undefined || instead === undefined) return []
    return [{ kind: 'order', mark, call, detail: `${instead.call} came before it` } as const]
  })
}

/** Where the record does not say what is changed, all of a service is taken for one thing. */
function changesByThing(calls: readonly ContractCall[]): ReadonlyMap<string, readonly ContractCall[]> {
  const changes = calls.filter((call) => call.readOnly !== true)
  const each = changes.flatMap((call) => new Array<ContractCall>(call.times ?? 1).fill(call))
  return Map.groupBy(each, ({ on, call }) => on ?? call.slice(0, call.indexOf(':')))
}

function totals(calls: readonly ContractCall[]) {
  const sums = new Map<string, { readonly call: ContractCall; times: number }>()
  for (const call of calls) {
    const key = keyOf(call)
    const sum = sums.get(key)
    if (sum) sum.times += call.times ?? 1
    else sums.set(key, { call, times: call.times ?? 1 })
  }
  return sums
}

const counts = (times: number) => (times === 1 ? 'once' : `${times} times`)

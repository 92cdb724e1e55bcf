import { describe, expect, test } from 'vitest'
import {
  identify,
  type ObservedRequest,
  type RoutedOperation,
  type RouteTable,
  requestOf,
  routeIndex,
  routeTable,
} from './index.ts'
import { takenOver } from './taken-over.fixture.ts'

type Way = 'as the model allows' | 'by scope alone' | 'by host alone'

const ways: Readonly<Record<Way, (request: ObservedRequest) => ObservedRequest>> = {
  'as the model allows': (request) => request,
  'by scope alone': (request) => ({ ...request, host: '127.0.0.1:4566' }),
  'by host alone': ({ signing: _, ...request }) => request,
}

interface Naming {
  count: number
  /** Operations that are not named or named otherwise. */
  readonly differ: string[]
  /** Operations that another API has on the same wire, and that are named as that one's. */
  readonly shared: string[]
}

/** All ways in one walk: reading the tables is what takes time. */
function nameAll(): Readonly<Record<Way, Naming>> {
  const found = mapWays(() => ({ count: 0, differ: [] as string[], shared: [] as string[] }))
  for (const service of routeIndex().services) {
    const table: RouteTable = routeTable(service)
    for (const operation of table.operations.values()) {
      const request = requestOf(table, operation)
      mapWays((way) => {
        const named = identify(ways[way](request))
        const wanted = `${service}:${operation.name}`
        const [own, other] = [found[way], `${wanted} → ${named.table?.service}:${named.operation?.name}`]
        own.count += 1
        if (!isSameCall(operation, named.operation)) own.differ.push(other)
        else if (named.table?.service !== service) own.shared.push(other)
      })
    }
  }
  return found
}

function mapWays<T>(make: (way: Way) => T): Record<Way, T> {
  const of = (way: Way) => make(way)
  return {
    'as the model allows': of('as the model allows'),
    'by scope alone': of('by scope alone'),
    'by host alone': of('by host alone'),
  }
}

/** APIs of one name and version, such as those of rds and neptune, are one on the wire. */
function isSameCall(wanted: RoutedOperation, found: RoutedOperation | undefined): boolean {
  return found?.name === wanted.name
}

describe('every operation of every service', () => {
  const namings = nameAll()

  test('is named by the request its model allows', () => {
    const { count, differ, shared } = namings['as the model allows']
    const pairs = new Set(shared.map((one) => one.replace(/:\S+/g, '')))
    console.log(
      `${count - differ.length} of ${count} operations named; ${shared.length} as another API's on the same wire:`,
    )
    console.log([...pairs].join(', '))
    expect(count).toBeGreaterThan(19_000)
    expect(differ.filter((one) => !takenOver.has(one.split(' ')[0] ?? ''))).toEqual([])
    expect(shared.length).toBeLessThan(count / 100)
  })

  test.each([
    ['at an address that says nothing, by the scope of its signature', 'by scope alone'],
    ['without a signature, by its host', 'by host alone'],
  ] as const)('is named %s', (_, way) => {
    const { count, differ } = namings[way]
    console.log(`${count - differ.length} of ${count} operations named ${way}; not: ${differ.join(', ')}`)
    expect(differ.length).toBeLessThan(10)
  })
})

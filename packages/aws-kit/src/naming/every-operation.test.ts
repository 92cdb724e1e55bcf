import { describe, expect, test } from 'vitest'
import {
  identify,
  type RequestToIdentify,
  type RoutedOperation,
  type RouteTable,
  routeIndex,
  routeTable,
} from './index.ts'
import { requestOf } from './request-of.fixture.ts'

/** Operations whose request another operation has taken over, or that are told by a host no request of ours has. */
const takenOver = new Set([
  's3:GetBucketLifecycle',
  's3:GetBucketNotification',
  's3:ListDirectoryBuckets',
  's3:PutBucketLifecycle',
  's3:PutBucketNotification',
  's3:WriteGetObjectResponse',
])

/** Which operations a change of their requests leaves unnamed or makes others of. */
function misnamed(change: (request: RequestToIdentify) => RequestToIdentify) {
  const differ: string[] = []
  const otherService: string[] = []
  let count = 0
  for (const service of routeIndex().services) {
    const table: RouteTable = routeTable(service)
    for (const operation of table.operations.values()) {
      count += 1
      const found = identify(change(requestOf(table, operation)))
      const wanted = `${service}:${operation.name}`
      if (!isSameCall(operation, found.operation))
        differ.push(`${wanted} → ${found.table?.service}:${found.operation?.name}`)
      else if (found.table?.service !== service) otherService.push(`${wanted} → ${found.table?.service}`)
    }
  }
  return { count, differ, otherService }
}

/** APIs of one name and version, such as those of rds and neptune, are one on the wire. */
function isSameCall(wanted: RoutedOperation, found: RoutedOperation | undefined): boolean {
  return found?.name === wanted.name
}

describe('every operation of every service', () => {
  test('is named by the request its model allows', () => {
    const { count, differ, otherService } = misnamed((request) => request)
    console.log(`${count - differ.length} of ${count} operations named; ${otherService.length} of them are on the wire`)
    console.log(
      `what another API calls so too: ${[...new Set(otherService.map((one) => one.replace(/:.*→/, ' →')))].join(', ')}`,
    )
    expect(count).toBeGreaterThan(19_000)
    expect(differ.filter((one) => !takenOver.has(one.split(' ')[0] ?? ''))).toEqual([])
    expect(otherService.length).toBeLessThan(count / 100)
  })

  test('is named at an address that says nothing, by the scope of its signature', () => {
    const { count, differ } = misnamed((request) => ({ ...request, host: '127.0.0.1:4566' }))
    console.log(`${count - differ.length} of ${count} operations named by scope`)
    expect(differ.length).toBeLessThan(count / 200)
  })

  test('is named without a signature, by its host', () => {
    const { count, differ } = misnamed(({ signing, ...request }) => request)
    console.log(`${count - differ.length} of ${count} operations named by host`)
    expect(differ.length).toBeLessThan(count / 200)
  })
})

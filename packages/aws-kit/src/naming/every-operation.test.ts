import { describe, expect, test } from 'vitest'
import { identify, routeIndex, routeTable } from './index.ts'
import { requestOf } from './request-of.fixture.ts'

describe('every operation of every service', () => {
  test('is named by the request its model allows', () => {
    const wrong: string[] = []
    let count = 0
    for (const service of routeIndex().services) {
      const table = routeTable(service)
      for (const operation of table.operations.values()) {
        count += 1
        const found = identify(requestOf(table, operation))
        const name = `${found.table?.service}:${found.operation?.name}`
        const wanted = `${service}:${operation.name}`
        if (name !== wanted) wrong.push(`${wanted} → ${name}`)
      }
    }
    console.log(`${count - wrong.length} of ${count} operations named, ${wrong.length} collide`)
    console.log(wrong.join('\n'))
    expect(count).toBeGreaterThan(19_000)
  })
})

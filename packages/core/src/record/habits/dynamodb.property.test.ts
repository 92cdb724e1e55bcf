import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dynamodbParameters } from './dynamodb.ts'

const canary = 'CANARY'
/** Text with the canary and whatever else may end a literal early. */
const secret = fc.tuple(fc.string(), fc.string()).map(([before, after]) => `${before}${canary}${after}`)
const quoted = secret.map((text) => `'${text.replaceAll("'", "''")}'`)

describe('what is in an item', () => {
  test('is in no record of a statement, however it is written', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(quoted, fc.constantFrom(' AND a = ', '"name"', ' {', '<<', ', ')), { maxLength: 8 }),
        (parts) => {
          const { statement } = dynamodbParameters({ Statement: `SELECT * FROM t WHERE k = ${parts.join('')}` })
          expect(statement).not.toContain(canary)
        },
      ),
    )
  })

  test('is in no record of a call, wherever it stands', () => {
    fc.assert(
      fc.property(secret, (text) => {
        const item = { k: { S: text } }
        const shown = dynamodbParameters({
          Item: item,
          ExpressionAttributeValues: item,
          Expected: { k: { Value: { S: text } } },
          RequestItems: { t: [{ PutRequest: { Item: item } }] },
          TransactItems: [{ Put: { Item: item } }, { Update: { ExpressionAttributeValues: item } }],
        })
        expect(JSON.stringify(shown)).not.toContain(canary)
      }),
    )
  })
})

test('numbers and quoted names: the first are redacted, the second stay', () => {
  const { statement } = dynamodbParameters({ Statement: `UPDATE "t1" SET a1 = -12.5e3, "b'c" = 7 WHERE k = 'x'` })
  expect(statement).toBe(`UPDATE "t1" SET a1 = ***(Redacted), "b'c" = ***(Redacted) WHERE k = ***(Redacted)`)
})

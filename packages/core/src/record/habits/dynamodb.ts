import type { JsonObject } from '../build-record.ts'

/*
 * Records of work on items show which items, not what is in them: keys without the types of their attributes, items as
 * the names of their attributes, no values of expressions. Which attributes of an item put are its key only the table
 * knows, so a put shows its names alone.
 */

type Input = Readonly<Record<string, unknown>>

/** Members that hold values of attributes that are no keys. */
const leftOut: ReadonlySet<string> = new Set([
  'AttributeUpdates',
  'Expected',
  'ExpressionAttributeValues',
  'KeyConditions',
  'ScanFilter',
  'QueryFilter',
  'Parameters',
])

const actionMembers = ['Put', 'Update', 'Delete', 'ConditionCheck', 'Get'] as const

/**
 * `requestParameters` of a call on items, to be shown under the mechanical names of members.
 *
 * @quirk items are shown as names of attributes, keys without types, and literals of PartiQL as `***(Redacted)`
 * @source DynamoDB Developer Guide, understanding log file entries: PutItem, UpdateItem, TransactWriteItems,
 *   ExecuteStatement
 */
export function dynamodbParameters(input: Input): JsonObject {
  const shown = Object.entries(input).flatMap(([name, value]) => member(name, value))
  return Object.fromEntries(shown)
}

function member(name: string, value: unknown): readonly (readonly [string, unknown])[] {
  if (leftOut.has(name)) return []
  switch (name) {
    case 'Key':
    case 'ExclusiveStartKey':
      return [[lowerFirst(name), plainKey(value)]]
    case 'Item':
      return [['item', namesOf(value)]]
    case 'Keys':
      return [['keys', listOf(value).map(plainKey)]]
    case 'Statement':
      return [['statement', typeof value === 'string' ? redactStatement(value) : value]]
    case 'Statements':
      return [['statements', listOf(value).map((each) => dynamodbParameters(objectOf(each)))]]
    case 'TransactStatements':
      return [['transactStatements', listOf(value).map((each) => dynamodbParameters(objectOf(each)))]]
    case 'TransactItems':
      return [['requestItems', listOf(value).map(transactItem)]]
    case 'RequestItems':
      return [['requestItems', batchItems(objectOf(value))]]
    default:
      return [[lowerFirst(name), value]]
  }
}

function transactItem(item: unknown): JsonObject {
  const source = objectOf(item)
  const operation = actionMembers.find((name) => source[name] !== undefined)
  const { item: names, ...rest } = dynamodbParameters(objectOf(operation && source[operation]))
  return { operation, ...rest, ...(names !== undefined && { items: names }) }
}

/** By table: what is read is a set of keys, what is written a list of requests. */
function batchItems(tables: Input): JsonObject {
  return Object.fromEntries(
    Object.entries(tables).map(([table, work]) => [
      table,
      Array.isArray(work)
        ? work.map((request: unknown) => {
            const { PutRequest, DeleteRequest } = objectOf(request)
            return PutRequest === undefined
              ? { deleteRequest: dynamodbParameters(objectOf(DeleteRequest)) }
              : { putRequest: dynamodbParameters(objectOf(PutRequest)) }
          })
        : dynamodbParameters(objectOf(work)),
    ]),
  )
}

/** `{"Artist": {"S": "x"}}` as `{"Artist": "x"}`; a binary key is left out. */
function plainKey(key: unknown): JsonObject {
  return Object.fromEntries(
    Object.entries(objectOf(key)).flatMap(([name, typed]) => {
      const value = objectOf(typed).S ?? objectOf(typed).N
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )
}

/** In this order: a quoted name, a text, a number. What is not closed goes on to the end. */
const token = /"(?:[^"]|"")*"?|'(?:[^']|'')*'?|(?<![\w"])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b/g
const closedName = /^"(?:[^"]|"")*"$/

/** A statement without its literals: which of them are keys only the table knows. Quoted names stay. */
function redactStatement(statement: string): string {
  return statement.replace(token, (found) => (closedName.test(found) ? found : '***(Redacted)'))
}

function namesOf(value: unknown): readonly string[] {
  return Object.keys(objectOf(value))
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function objectOf(value: unknown): Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Input) : {}
}

function lowerFirst(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1)
}

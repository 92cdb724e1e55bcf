import { createHash } from 'node:crypto'

/** What stands beside a message's body, for whoever reads it. */
export interface MessageAttribute {
  /** `String`, `Number` or `Binary`, with anything behind a full stop. */
  readonly dataType: string
  /** Text as it is; of binary values base64. */
  readonly value: string
}

/** By name. */
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>

export function isBinary({ dataType }: Pick<MessageAttribute, 'dataType'>): boolean {
  return /^Binary(\.|$)/.test(dataType)
}

/** Bytes that count towards a message's size: names, types and values. */
export function attributesBytes(attributes: MessageAttributes): number {
  return Object.entries(attributes).reduce(
    (sum, [name, attribute]) =>
      sum + Buffer.byteLength(name) + Buffer.byteLength(attribute.dataType) + valueBytes(attribute).length,
    0,
  )
}

/**
 * The MD5 by which clients check attributes; `undefined` of none.
 *
 * @source SQS Developer Guide, calculating the MD5 message digest for message attributes
 */
export function attributesMd5(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort()
  if (names.length === 0) return undefined
  const hash = createHash('md5')
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    hash.update(length).update(bytes)
  }
  for (const name of names) {
    const attribute = attributes[name] as MessageAttribute
    add(Buffer.from(name))
    add(Buffer.from(attribute.dataType))
    hash.update(Buffer.of(isBinary(attribute) ? 2 : 1))
    add(valueBytes(attribute))
  }
  return hash.digest('hex')
}

function valueBytes(attribute: MessageAttribute): Buffer {
  return Buffer.from(attribute.value, isBinary(attribute) ? 'base64' : 'utf8')
}

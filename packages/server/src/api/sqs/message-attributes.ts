import { attributesMd5, isBinary, type MessageAttributes } from '../../queues/index.ts'
import type { MessageAttributeValue } from '../generated/sqs.ts'

type Given = Readonly<Record<string, MessageAttributeValue>>

/** @source SQS Developer Guide, message metadata */
const attributesMax = 10
const nameCharactersMax = 256

/** Reads the attributes of a message, or says what is wrong with them. */
export function readMessageAttributes(
  given: Given,
): { readonly attributes: MessageAttributes } | { readonly problem: string } {
  const names = Object.keys(given)
  if (names.length > attributesMax) {
    return { problem: `Number of message attributes [${names.length}] exceeds the allowed maximum [${attributesMax}].` }
  }
  const attributes: Record<string, MessageAttributes[string]> = {}
  for (const name of names) {
    const problem = nameProblem(name)
    if (problem !== undefined) return { problem }
    const {
      DataType: dataType,
      StringValue: text,
      BinaryValue: bytes,
      StringListValues,
      BinaryListValues,
    } = given[name] as MessageAttributeValue
    if (StringListValues?.length || BinaryListValues?.length) {
      return { problem: 'Message attribute list values in SendMessage operation are not supported.' }
    }
    if (!/^(String|Number|Binary)(\..+)?$/s.test(dataType) || dataType.length > nameCharactersMax) {
      return {
        problem: `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      }
    }
    const value = isBinary({ dataType }) ? bytes && Buffer.from(bytes).toString('base64') : text
    if (value === undefined || value === '') {
      return { problem: `The message attribute '${name}' must contain a non-empty value of type '${dataType}'.` }
    }
    if (/^Number(\.|$)/.test(dataType) && !isNumber(value)) {
      return { problem: `Could not cast message attribute '${name}' value to number.` }
    }
    attributes[name] = { dataType, value }
  }
  return { attributes }
}

function nameProblem(name: string): string | undefined {
  const isForm = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/.test(name) && name.length <= nameCharactersMax
  if (!isForm) return `The message attribute name '${name}' is invalid.`
  return /^(aws|amazon)\./i.test(name)
    ? 'Message attribute name with AWS. or Amazon. prefix is not allowed.'
    : undefined
}

function isNumber(text: string): boolean {
  return text.trim() === text && text !== '' && Number.isFinite(Number(text))
}

/** Those of a message that a receiver asks for: by name, by `prefix.*`, or all of them. */
export function shownMessageAttributes(
  attributes: MessageAttributes,
  asked: readonly string[],
): { readonly MessageAttributes?: Given; readonly MD5OfMessageAttributes?: string } {
  const wanted = Object.fromEntries(
    Object.entries(attributes).filter(([name]) => asked.some((pattern) => isAskedFor(name, pattern))),
  )
  const md5 = attributesMd5(wanted)
  if (md5 === undefined) return {}
  const shown = Object.entries(wanted).map(([name, attribute]): [string, MessageAttributeValue] => {
    const { dataType: DataType, value } = attribute
    const isBytes = isBinary(attribute)
    return [name, { DataType, ...(isBytes ? { BinaryValue: Buffer.from(value, 'base64') } : { StringValue: value }) }]
  })
  return { MessageAttributes: Object.fromEntries(shown), MD5OfMessageAttributes: md5 }
}

function isAskedFor(name: string, pattern: string): boolean {
  if (pattern === 'All' || pattern === '.*') return true
  return pattern.endsWith('.*') ? name.startsWith(pattern.slice(0, -2)) : name === pattern
}

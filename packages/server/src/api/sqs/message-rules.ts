import { callerId, type Principal } from '../../identity/index.ts'
import { attributesBytes, type MessageAttributes, type NewMessage, type Queue } from '../../queues/index.ts'
import type { MessageAttributeValue } from '../generated/sqs.ts'
import { readMessageAttributes } from './message-attributes.ts'

export interface MessageInput {
  readonly MessageBody: string
  readonly DelaySeconds?: number | undefined
  readonly MessageAttributes?: Readonly<Record<string, MessageAttributeValue>> | undefined
  readonly MessageSystemAttributes?: object | undefined
  readonly MessageDeduplicationId?: string | undefined
  readonly MessageGroupId?: string | undefined
}

export type JudgedMessage =
  | { readonly kind: 'valid'; readonly message: NewMessage }
  | {
      readonly kind: 'invalid'
      readonly code: 'InvalidMessageContents' | 'UnsupportedOperation'
      readonly text: string
    }

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that are not allowed
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/

/** Judges a message: nothing is taken that a receiver would then not get. */
export function judgeMessage(input: MessageInput, queue: Queue, principal: Principal): JudgedMessage {
  const { MessageBody: body, DelaySeconds: delaySeconds } = input
  const { messageBytesMax } = queue.settings
  if (input.MessageSystemAttributes !== undefined) {
    return unsupported('Cairn keeps no system attributes of messages: leave them out.')
  }
  if (input.MessageDeduplicationId !== undefined || input.MessageGroupId !== undefined) {
    return unsupported('Cairn has no FIFO queues and no fair ones: leave group and deduplication out.')
  }
  const read = readMessageAttributes(input.MessageAttributes ?? {})
  if ('problem' in read) return refused(read.problem)
  const { attributes } = read
  if (body === '' || messageBytes(body, attributes) > messageBytesMax) {
    return refused(`One or more parameters are invalid. Reason: Message must be shorter than ${messageBytesMax} bytes.`)
  }
  if (forbidden.test(body) || !body.isWellFormed()) {
    return refused('The message contains characters outside the allowed set.')
  }
  if (delaySeconds !== undefined && (delaySeconds < 0 || delaySeconds > 900)) {
    return refused(`Value ${delaySeconds} for parameter DelaySeconds is invalid.`)
  }
  const senderId = callerId(principal) ?? ''
  return {
    kind: 'valid',
    message: {
      body,
      senderId,
      ...(delaySeconds !== undefined && { delaySeconds }),
      ...(Object.keys(attributes).length > 0 && { attributes }),
    },
  }
}

function messageBytes(body: string, attributes: MessageAttributes): number {
  return Buffer.byteLength(body) + attributesBytes(attributes)
}

function unsupported(text: string): JudgedMessage {
  return { kind: 'invalid', code: 'UnsupportedOperation', text }
}

function refused(text: string): JudgedMessage {
  return { kind: 'invalid', code: 'InvalidMessageContents', text }
}

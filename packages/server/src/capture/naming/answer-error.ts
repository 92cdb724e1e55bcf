import { readCborHead, readJsonHead } from '@cairn/aws-kit/naming'
import { readXmlHead, type XmlElement } from '@cairn/aws-kit/protocol'
import type { NamedCall, ObservedAnswer } from './named-call.ts'

/** An error as the API spells it, without namespace. */
export interface AnswerError {
  readonly code: string
  readonly message: string
}

/** Deeper than any error document. */
const levelsMax = 4

/** S3 answers HEAD without a body, so its records say what the status means. @source S3 API reference, HeadObject */
const headErrors: Readonly<Record<number, AnswerError>> = {
  400: { code: 'BadRequest', message: 'Bad Request' },
  403: { code: 'AccessDenied', message: 'Access Denied' },
  404: { code: 'NoSuchKey', message: 'The specified key does not exist.' },
  412: { code: 'PreconditionFailed', message: 'At least one of the pre-conditions you specified did not hold' },
}

/**
 * The error of an answer: from the header or the body, in whichever form it comes, since what stands between caller and
 * service answers in forms of its own. `undefined` when the call succeeded.
 */
export function readError(call: NamedCall, answer: ObservedAnswer): AnswerError | undefined {
  const { status, headers, bodyHead } = answer
  // S3 sends its caller elsewhere by an error document; a condition that does not hold is no failure.
  if (status < 400 && (status < 300 || status === 304 || bodyHead.byteLength === 0)) return undefined
  const found = fromBody(answer)
  const header = headers['x-amzn-errortype'] ?? headers['x-amzn-query-error']?.split(';')[0]
  const code = header ?? found.code
  if (code !== undefined) return { code: withoutNamespace(code), message: found.message ?? '' }
  if (status < 400) return undefined
  const known = call.service === 's3' && call.operation?.startsWith('Head') === true ? headErrors[status] : undefined
  if (known !== undefined && call.operation === 'HeadBucket' && status === 404) {
    return { code: 'NoSuchBucket', message: 'The specified bucket does not exist' }
  }
  return known ?? { code: `HttpStatus${status}`, message: found.message ?? '' }
}

type Found = { readonly code?: string; readonly message?: string }

function fromBody({ headers, bodyHead, bodyIsWhole }: ObservedAnswer): Found {
  const first = firstByte(bodyHead)
  if (first === 0x3c) return fromXml(readXmlHead(bodyHead), 0)
  const isCbor = headers['content-type']?.includes('cbor') === true
  if (!isCbor && first !== 0x7b) return {}
  return fromObject(isCbor ? readCborHead(bodyHead) : readJsonHead(bodyHead, bodyIsWhole))
}

function firstByte(body: Uint8Array): number | undefined {
  return body.find((byte) => byte > 0x20)
}

function fromObject(body: unknown): Found {
  if (typeof body !== 'object' || body === null) return {}
  const { __type, code, Code, message, Message, errorMessage } = body as Readonly<Record<string, unknown>>
  return found(__type ?? code ?? Code, message ?? Message ?? errorMessage)
}

/** `<Error>`, or one inside `<ErrorResponse>`, or inside `<Response><Errors>`. */
function fromXml(element: XmlElement | undefined, level: number): Found {
  if (element === undefined || level > levelsMax) return {}
  const text = (name: string) => element.children.find((child) => child.name === name)?.text
  const code = text('Code')
  if (code !== undefined) return found(code, text('Message'))
  const inner = element.children.find(({ name }) => name === 'Error' || name === 'Errors')
  return fromXml(inner, level + 1)
}

function found(code: unknown, message: unknown): Found {
  return {
    ...(typeof code === 'string' && code !== '' && { code }),
    ...(typeof message === 'string' && { message }),
  }
}

/** `com.amazonaws.x#Name:http://…` */
function withoutNamespace(code: string): string {
  const name = code.slice(code.lastIndexOf('#') + 1)
  return name.split(':')[0] ?? name
}

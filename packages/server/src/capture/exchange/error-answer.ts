import { serializeError } from '@cairn/aws-kit/protocol'
import type { HttpAnswer } from '../../http-message.ts'
import type { CallProtocol } from '../naming/index.ts'
import { emptyBody } from './body-head.ts'
import { type DescribedError, nearestProtocol } from './refusal.ts'

const encoder = new TextEncoder()

/** An error in the words of the protocol that was spoken, so that the client raises what it has for it. */
export function errorAnswer(
  protocol: CallProtocol,
  error: DescribedError,
  { requestId, isHead }: { readonly requestId: string; readonly isHead: boolean },
): HttpAnswer {
  const { code, message, status } = error
  if (protocol === 'ec2Query') {
    const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>${xml(code)}</Code><Message>${xml(message)}</Message></Error></Errors><RequestID>${xml(requestId)}</RequestID></Response>`
    return { status, headers: { 'Content-Type': 'text/xml' }, body: isHead ? emptyBody : encoder.encode(body) }
  }
  if (protocol === 'rpcV2Cbor') {
    const headers = { 'Content-Type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' }
    return { status, headers, body: cborMap({ __type: code, message }) }
  }
  const answer = serializeError(
    { protocol: nearestProtocol(protocol), isHead },
    { code, message: message, status },
    requestId,
  )
  return { status: answer.status, headers: answer.headers, body: answer.body }
}

function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** A CBOR map of texts: major type 5, then pairs of major type 3. @source RFC 8949, 3.1 */
function cborMap(members: Readonly<Record<string, string>>): Uint8Array {
  const texts = Object.entries(members).flat().map(cborText)
  return Buffer.concat([Uint8Array.of(0xa0 | (texts.length / 2)), ...texts])
}

function cborText(text: string): Uint8Array {
  const bytes = encoder.encode(text)
  const { length } = bytes
  const head =
    length < 24 ? [0x60 | length] : length < 256 ? [0x78, length] : [0x79, (length >> 8) & 0xff, length & 0xff]
  return Buffer.concat([Uint8Array.from(head), bytes.subarray(0, 0xffff)])
}

import { type CallProtocol, identify } from '@cairn/aws-kit/naming'
import { recordEventName } from '@cairn/core/record'
import type { HttpRequest } from '../http-message.ts'

/** A call to a service that nobody serves here: what it is called, and the protocol in which its client reads errors. */
export interface UnservedCall {
  readonly protocol: CallProtocol
  /** As records of the service call it. */
  readonly eventName?: string
}

/** A form says in its body which action is meant, near its beginning. */
export const formBytesMax = 64 * 1024

/** Whether the body says what is meant. */
export function isForm({ headers }: HttpRequest): boolean {
  return headers['content-type']?.toLowerCase().startsWith('application/x-www-form-urlencoded') === true
}

/** Names such a call by the tables of all services. Never throws. */
export function nameUnserved(
  { head, headers }: HttpRequest,
  signing: { readonly service: string; readonly region: string } | undefined,
  body: Uint8Array,
): UnservedCall {
  const { operation, spelled, protocol, table } = identify({
    method: head.method,
    host: headers.host ?? '',
    target: head.query === '' ? head.path : `${head.path}?${head.query}`,
    headers,
    bodyHead: body,
    bodyIsWhole: true,
    ...(signing && { signing }),
  })
  const name = table && operation ? recordEventName(table.service, operation.name, operation.http.uri) : spelled
  const spoken = protocol === 'unknown' ? (table?.protocol ?? protocol) : protocol
  return { protocol: spoken, ...(name !== undefined && { eventName: name }) }
}

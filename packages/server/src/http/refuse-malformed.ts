import type { Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { frameworkCode, frameworkStatus } from '@cairn/aws-kit/protocol'
import { STATUS_CODES } from '../runtime/node-http.ts'

/** Why a connection's bytes never became a request. */
export type MalformedReason = 'malformed' | 'head-too-large' | 'head-too-slow'

/**
 * Answers what is no HTTP request, so that its sender learns why, and closes the connection. No service can be told
 * from it, so the answer is in JSON, which most of them speak.
 *
 * Where a request of the same connection is still being answered the connection is cut instead: this answer would be
 * taken for that request's.
 */
export function refuseMalformed(
  server: Server,
  options: { readonly isBusy: (socket: Duplex) => boolean; readonly onRefused: (reason: MalformedReason) => void },
): void {
  const refused = new WeakSet<Duplex>()
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // What follows the first error is another one each time, and only let go by.
    if (refused.has(socket)) return
    refused.add(socket)
    const reason = reasonOf(error.code)
    if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy()
    options.onRefused(reason)
    if (options.isBusy(socket)) return socket.destroy()
    socket.end(answers[reason])
    // Unread bytes would reset the connection before the answer is read.
    socket.resume()
    const cut = () => socket.destroy()
    const deadline = AbortSignal.timeout(lingerMs)
    deadline.addEventListener('abort', cut, { once: true })
    socket.once('close', () => deadline.removeEventListener('abort', cut))
  })
}

const lingerMs = 2_000

function reasonOf(code: string | undefined): MalformedReason {
  if (code === 'HPE_HEADER_OVERFLOW') return 'head-too-large'
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'head-too-slow' : 'malformed'
}

const protocol = 'awsJson1_1'

const answers: Readonly<Record<MalformedReason, string>> = {
  malformed: answer(400, frameworkCode(protocol, 'malformed'), 'This is not a well-formed HTTP request.'),
  'head-too-large': answer(
    frameworkStatus(protocol, 'head-too-large') ?? 400,
    frameworkCode(protocol, 'head-too-large'),
    'Your request header and query-string parameters exceed the maximum allowed size.',
  ),
  'head-too-slow': answer(
    frameworkStatus(protocol, 'body-too-slow') ?? 400,
    frameworkCode(protocol, 'body-too-slow'),
    'The request was not received in time.',
  ),
}

function answer(status: number, code: string, message: string): string {
  const body = JSON.stringify({ __type: code, message })
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/x-amz-json-1.1',
    `x-amzn-ErrorType: ${code}`,
    `Content-Length: ${body.length}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n')
}

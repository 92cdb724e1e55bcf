import type { IncomingMessage, ServerResponse } from 'node:http'
import type { HttpAnswer } from '../http-message.ts'

/**
 * Writes an answer; resolves when its last byte is handed to the system or the client is gone.
 *
 * A client that still sends is told that the connection closes, and listened to a little longer: closing with bytes
 * unread would reset the connection, and the reset would overtake the answer.
 */
export async function sendAnswer(
  answer: HttpAnswer,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { isLast, idleMs }: { readonly isLast: boolean; readonly idleMs: number },
): Promise<void> {
  if (outgoing.destroyed) return leave(answer.body)
  const isUnread = !incoming.complete
  const headers: Record<string, string> = { ...answer.headers }
  if (isUnread || isLast) headers.connection = 'close'
  const hasBody = incoming.method !== 'HEAD' && answer.status !== 204 && answer.status !== 304
  if (!(answer.body instanceof Uint8Array)) {
    outgoing.writeHead(answer.status, headers)
    for await (const chunk of answer.body) {
      if (!outgoing.write(chunk)) await drained(outgoing, idleMs)
      if (outgoing.destroyed) return
    }
  } else {
    if (hasBody) headers['content-length'] ??= String(answer.body.byteLength)
    outgoing.writeHead(answer.status, headers)
    if (!isUnread) {
      outgoing.end(hasBody ? answer.body : undefined)
      return sent(outgoing, idleMs)
    }
    if (hasBody && answer.body.byteLength > 0) outgoing.write(answer.body)
    else outgoing.flushHeaders()
  }
  if (isUnread) await letGoBy(incoming)
  outgoing.end()
  await sent(outgoing, idleMs)
}

/** How long, and how much, a refused sender may go on before the connection is cut under him. */
const lingerMs = 5_000
const lingerBytesMax = 64 * 1024 * 1024

/** Reads on without keeping anything. */
function letGoBy(incoming: IncomingMessage): Promise<void> {
  if (incoming.destroyed || incoming.complete) return Promise.resolve()
  return new Promise((resolve) => {
    let left = lingerBytesMax
    const deadline = AbortSignal.timeout(lingerMs)
    const onData = (part: Uint8Array) => {
      left -= part.byteLength
      if (left < 0) done()
    }
    const done = () => {
      deadline.removeEventListener('abort', done)
      incoming.off('data', onData).off('end', done).off('close', done).off('error', done)
      resolve()
    }
    deadline.addEventListener('abort', done, { once: true })
    incoming.on('data', onData).on('end', done).on('close', done).on('error', done)
    incoming.resume()
  })
}

/**
 * Nobody may hold an answer half read for ever. An answer that has nothing to say for a while is another matter: the
 * time runs only while the reader stands still.
 */
async function drained(outgoing: ServerResponse, idleMs: number): Promise<void> {
  const { socket } = outgoing
  socket?.setTimeout(idleMs)
  await first(outgoing, ['drain', 'close'])
  socket?.setTimeout(0)
}

function sent(outgoing: ServerResponse, idleMs: number): Promise<void> {
  const { socket } = outgoing
  // Nearly always the system has taken every byte by now, and there is nothing to wait for.
  if (!socket || socket.destroyed || socket.writableLength === 0) return Promise.resolve()
  socket.setTimeout(idleMs)
  return first(outgoing, ['finish', 'close'])
}

function first(outgoing: ServerResponse, events: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      for (const event of events) outgoing.off(event, done)
      resolve()
    }
    for (const event of events) outgoing.on(event, done)
  })
}

/** An iteration that never began would not close what it holds, nor write the record that waits for its end. */
async function leave(body: HttpAnswer['body']): Promise<void> {
  if (body instanceof Uint8Array) return
  for await (const _ of body) return
}

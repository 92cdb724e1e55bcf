import { once } from 'node:events'
import type { Writable } from 'node:stream'

/** A stream that a command writes to. */
export interface Output {
  /** True when a person looks at it: then it may be pretty. */
  readonly isTerminal: boolean
  readonly style: Style
  /** Columns of the terminal; 80 where there is none. */
  readonly columns: number
  /** Resolves when the stream can take more. Writing to a pipe that was closed (`| head`) does nothing. */
  write(chunk: string | Uint8Array): Promise<void>
  line(text?: string): Promise<void>
  /** The reader went away: stop producing. */
  readonly isClosed: boolean
}

/** Marks for terminals; each gives its text back unchanged where colour is off. */
export interface Style {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  green(text: string): string
  yellow(text: string): string
}

/**
 * Wraps a standard stream. Colour only on a terminal, and not with NO_COLOR set (to anything but the empty string) or
 * on a dumb terminal. A write that waits for its reader when `interrupt` comes throws its reason.
 */
export function createOutput(
  stream: Writable & { readonly isTTY?: boolean; readonly columns?: number },
  environment: Readonly<Record<string, string | undefined>>,
  interrupt?: AbortSignal,
): Output {
  const isTerminal = stream.isTTY === true
  const isColoured = isTerminal && !environment.NO_COLOR && environment.TERM !== 'dumb'
  let isClosed = false
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error
    isClosed = true
  })
  stream.on('close', () => {
    isClosed = true
  })
  const write = async (chunk: string | Uint8Array) => {
    if (isClosed || stream.write(chunk)) return
    await roomIn(stream, interrupt)
  }
  return {
    isTerminal,
    style: createStyle(isColoured),
    get columns() {
      // A pseudo-terminal that nobody gave a size says 0.
      return stream.columns || 80
    },
    write,
    line: (text = '') => write(`${text}\n`),
    get isClosed() {
      return isClosed
    },
  }
}

/** Waits until the stream can take more, is closed or has failed, which its own events tell. */
async function roomIn(stream: Writable, interrupt: AbortSignal | undefined): Promise<void> {
  // What is said on the way out is little and need not be waited for.
  if (interrupt?.aborted) return
  const waiting = new AbortController()
  const options = { signal: waiting.signal }
  const ends = [once(stream, 'drain', options), once(stream, 'close', options)]
  if (interrupt) ends.push(once(interrupt, 'abort', options))
  await Promise.race(ends).catch(() => undefined)
  waiting.abort()
  interrupt?.throwIfAborted()
}

/** Marks nothing: for files. */
export const plainStyle: Style = createStyle(false)

function createStyle(isColoured: boolean): Style {
  const mark = (open: number, close: number) => (text: string) =>
    isColoured ? `\u001b[${open}m${text}\u001b[${close}m` : text
  return { bold: mark(1, 22), dim: mark(2, 22), red: mark(31, 39), green: mark(32, 39), yellow: mark(33, 39) }
}

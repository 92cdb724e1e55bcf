import { Fault } from '../../fault.ts'
import type { MessageQueue, QueueMessage } from '../../ports/message-queue.ts'
import { receiveWaitMsMax } from '../../ports/message-queue.ts'
import type { ObjectHead } from '../../ports/object-store.ts'
import type { Timer } from '../../ports/timer.ts'
import { announcedFiles } from './announced-files.ts'
import { daysOf, isWithin } from './days.ts'
import type { FileMarks } from './file-marks.ts'
import { isFile, isOfOtherService } from './find-series.ts'
import type { Source } from './source.ts'

/** Messages that are dealt with together: an import of one file costs nearly as much as one of a hundred. */
const messagesTogetherMax = 200

/** `receive` gives and `delete` takes so many. */
const perCall = 10

/** Long enough for a turn behind another import; whatever takes longer is received again and found to be in. */
const hiddenMs = 300_000

/** Requests under way to see what a message's files are. */
const headsMax = 24

/** How reading a queue goes. Counts are since the start of the server. */
export interface QueueProgress {
  readonly state: 'starting' | 'listening' | 'failing'
  /** Messages whose files are in, and that were deleted. */
  readonly messages: number
  /** Messages left in the queue: not understood, or of a file that could not be read. They come again. */
  readonly left: number
}

export interface ListenOptions {
  readonly queue: MessageQueue
  readonly source: Source
  readonly known: FileMarks
  readonly timer: Timer
  readonly signal: AbortSignal
  /** After a failure, and before the first look. */
  readonly intervalMs: number
  /** Takes files in. What is remembered then is durable. */
  take(files: readonly ObjectHead[]): Promise<void>
  tell(progress: QueueProgress, error?: unknown): void
}

/**
 * Reads a queue until the signal is aborted. A message is deleted when every file that it tells of is durably in, or is
 * none of the place; until then it comes again. What cannot be dealt with stays hidden for a while and is passed over,
 * so that it holds up nothing; what becomes of it is for the queue's owner to say (a redrive policy, its retention).
 */
export async function listen(options: ListenOptions): Promise<void> {
  const { queue, timer, signal, intervalMs } = options
  let progress: QueueProgress = { state: 'starting', messages: 0, left: 0 }
  const tell = (news: Partial<QueueProgress>, error?: unknown): void => {
    progress = { ...progress, ...news }
    options.tell(progress, error)
  }
  // A command that opens the directory for a moment reads nobody's queue.
  await timer.sleep(intervalMs, signal).catch(() => undefined)
  while (!signal.aborted) {
    try {
      const messages = await gather(queue, signal)
      const done = await dealWith(messages, options)
      for (let from = 0; from < done.length; from += perCall) {
        await queue.delete(done.slice(from, from + perCall).map(({ handle }) => handle))
      }
      const { messages: before, left } = progress
      tell({ state: 'listening', messages: before + done.length, left: left + messages.length - done.length })
    } catch (error) {
      if (signal.aborted) return
      tell({ state: 'failing' }, error)
      await timer.sleep(intervalMs, signal).catch(() => undefined)
    }
  }
}

/** Waits for messages, then takes what more there is. */
async function gather(queue: MessageQueue, signal: AbortSignal): Promise<readonly QueueMessage[]> {
  const messages: QueueMessage[] = []
  for (;;) {
    const waitMs = messages.length === 0 ? receiveWaitMsMax : 0
    const some = await queue.receive({ waitMs, hiddenMs, signal })
    messages.push(...some)
    if (some.length === 0 || messages.length + perCall > messagesTogetherMax) return messages
  }
}

/** Gives the messages that may be deleted. */
async function dealWith(messages: readonly QueueMessage[], options: ListenOptions): Promise<readonly QueueMessage[]> {
  const { source, known, take } = options
  const told = messages.map((message) => ({ message, keys: keysOf(message, source) }))
  const keys = new Set(told.flatMap((one) => one.keys ?? []))
  if (keys.size === 0) return told.flatMap((one) => (one.keys === undefined ? [] : [one.message]))
  const { heads, unseen } = await look(source, [...keys])
  const fresh = await known.unknown(heads)
  if (fresh.length > 0) await take(fresh)
  const failed = new Set([...unseen, ...(await known.unknown(fresh)).map(({ key }) => key)])
  return told.flatMap((one) => (one.keys === undefined || one.keys.some((key) => failed.has(key)) ? [] : [one.message]))
}

/** Keys of the place; `undefined` for a message that is not understood. */
function keysOf({ body }: QueueMessage, source: Source): readonly string[] | undefined {
  const days = daysOf(source)
  const isOurs = (key: string) => key.startsWith(source.prefix) && isWithin(key, days) && !isOfOtherService(key)
  return announcedFiles(body)?.flatMap(({ bucket, key }) => (bucket === source.bucket && isOurs(key) ? [key] : []))
}

/** What these keys hold now. One that is gone is nothing to wait for. Throws when nothing can be seen at all. */
async function look({ store, bucket }: Source, keys: readonly string[]) {
  const heads: ObjectHead[] = []
  const unseen: string[] = []
  let fault: Fault | undefined
  for (let from = 0; from < keys.length; from += headsMax) {
    const some = keys.slice(from, from + headsMax).map(async (key) => {
      try {
        const head = await store.objects.head(bucket, key)
        if (head !== undefined && isFile(head)) heads.push(head)
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        fault = error
        unseen.push(key)
      }
    })
    await Promise.all(some)
  }
  if (fault !== undefined && heads.length === 0) throw fault
  return { heads, unseen }
}

import { CommandFailure } from '../failure.ts'
import { manualOf } from '../output/manual.ts'
import type { Answer } from './installation.ts'

/** Answers that are one JSON value are small; streams of lines have no limit but that of a line. */
const jsonBytesMax = 16 * 1024 * 1024

/**
 * The JSON value of an answer.
 *
 * @throws CommandFailure with the server's words when it refused
 */
export async function readJson<Value>(answer: Answer): Promise<Value> {
  const text = await readWhole(answer)
  try {
    return JSON.parse(text) as Value
  } catch (cause) {
    throw new CommandFailure('The server answered something that is not JSON.', { cause, advice: otherVersionAdvice })
  }
}

/** The text of an answer. @throws CommandFailure with the server's words when it refused */
export async function readWhole(answer: Answer): Promise<string> {
  const text = await readText(answer)
  requireSuccess(answer, text)
  return text
}

/** The lines of an answer as they come, without their line ends. @throws CommandFailure when the server refused */
export async function* readLines(answer: Answer): AsyncGenerator<Uint8Array> {
  if (answer.status >= 400) requireSuccess(answer, await readText(answer))
  let rest: Uint8Array[] = []
  for await (const chunk of answer.body) {
    let start = 0
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      const line = chunk.subarray(start, end)
      yield rest.length === 0 ? line : Buffer.concat([...rest, line])
      rest = []
      start = end + 1
    }
    if (start < chunk.length) rest.push(chunk.subarray(start))
  }
  if (rest.length > 0) yield Buffer.concat(rest)
}

/** What to do about refusals that are no faults, and so have no section in the manual. */
const advices: Readonly<Record<string, string>> = {
  InvalidEventDataStore: '`aws cloudtrail list-event-data-stores` shows what there is.',
  NoTestClock:
    'Only one that was begun with a test clock moves: `cairn serve --clock test=-31d` on a new data directory (--data-dir).',
  NotFollowed: '`cairn import --list` shows what is followed.',
  UnknownEvent: '`cairn lookup --long` shows the ids of events.',
}

const otherVersionAdvice = 'Is it of another version? Compare `cairn --version` with the `version` in `cairn status`.'

async function readText(answer: Answer): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of answer.body) {
    bytes += chunk.byteLength
    if (bytes > jsonBytesMax) throw new CommandFailure('The server answered more than a command can hold.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function requireSuccess(answer: Answer, text: string): void {
  if (answer.status < 400) return
  const { code, message } = refusal(text)
  if (answer.status === 404) {
    throw new CommandFailure(`The server does not know this endpoint: ${message}`, { advice: otherVersionAdvice })
  }
  const advice = code === undefined ? undefined : (manualOf(code) ?? advices[code])
  throw new CommandFailure(`The installation refused: ${message}${code === undefined ? '' : ` (${code})`}`, {
    ...(advice !== undefined && { advice }),
  })
}

function refusal(text: string): { readonly code?: string | undefined; readonly message: string } {
  try {
    const body = JSON.parse(text) as { code?: string; __type?: string; message?: string; Message?: string }
    return { code: body.code ?? body.__type, message: body.message ?? body.Message ?? text }
  } catch {
    return { message: text.slice(0, 500) }
  }
}

import type { TrailEvent } from '@cairn/core/digest'

const calls: Readonly<Record<string, TrailEvent['turns']>> = {
  StartLogging: 'on',
  StopLogging: 'off',
  DeleteTrail: 'off',
}
// As files are written, AWS's and ours, without spaces: a search is the quicker the longer what it looks for.
const source = Buffer.from('"eventSource":"cloudtrail.amazonaws.com"')
const names = [...Object.keys(calls), 'UpdateTrail'].map((name) => Buffer.from(`"eventName":"${name}"`))

/** The calls in a log file that begin or end digests. Nearly every file is passed over without being parsed. */
export function trailEvents(content: Buffer): readonly TrailEvent[] {
  // First what all have in common: each search takes a seventh of what inflating and hashing do.
  if (!content.includes(source) || !names.some((name) => content.includes(name))) return []
  try {
    const file = JSON.parse(content.toString()) as { readonly Records?: readonly Readonly<Record<string, unknown>>[] }
    return (file.Records ?? []).flatMap(trailEvent)
  } catch {
    return []
  }
}

function trailEvent(record: Readonly<Record<string, unknown>>): readonly TrailEvent[] {
  const { eventSource, eventName, errorCode, eventTime, recipientAccountId } = record
  const parameters = record.requestParameters as Readonly<Record<string, unknown>> | null | undefined
  const atMs = typeof eventTime === 'string' ? Date.parse(eventTime) : Number.NaN
  if (eventSource !== 'cloudtrail.amazonaws.com' || errorCode !== undefined || Number.isNaN(atMs)) return []
  if (typeof eventName !== 'string') return []
  const validates = eventName === 'UpdateTrail' ? parameters?.enableLogFileValidation : undefined
  const turns = validates === undefined ? calls[eventName] : validates === true ? 'on' : 'off'
  if (turns === undefined) return []
  const trail = String(parameters?.name ?? '')
  const trailName = trail.slice(trail.lastIndexOf('/') + 1)
  return [{ turns, eventName, trailName, account: String(recipientAccountId), atMs }]
}

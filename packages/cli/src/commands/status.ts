import type { Status } from '@cairn/server'
import { defineCommand } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { readJson } from '../installation/index.ts'
import { amount, counted, duration, sizeOnDisk } from '../output/words.ts'

export const statusCommand = defineCommand({
  name: 'status',
  summary: 'Show the state of the installation, what is in it and the disk it takes',
  options: { json: { description: 'as one JSON object' } },
  examples: [
    { run: 'status', means: 'of ./cairn-data' },
    { run: 'status --json', means: 'for a script' },
  ],
  async run(context, _args, options) {
    const { dataDir } = await context.config()
    await using installation = await context.installation()
    const call = { method: 'GET', path: '/_cairn/v1/status', signal: context.signal } as const
    const status = await readJson<Status>(await installation.call(call))
    const server = installation.endpoint
    if (options.json) {
      await context.stdout.line(JSON.stringify({ endpoint: server ?? null, dataDir, ...status }, undefined, 2))
    } else {
      await context.stdout.line(inWords(status, server, dataDir))
    }
    return exitCodes.done
  },
})

function inWords(status: Status, server: string | undefined, dataDir: string): string {
  // Files have space in advance, which a few entries would seem to take.
  const isTelling = status.diskBytesPerEntry !== undefined && status.entries >= 1_000
  const perEntry = isTelling ? `, ${amount(status.diskBytesPerEntry)} bytes of disk each` : ''
  const lines = [
    ['server', server === undefined ? 'not running' : `${server}, version ${status.version}`],
    ['mode', status.mode === 'emulator' ? 'emulator: any credentials are accepted' : status.mode],
    ['changes', changesInWords(status)],
    ['history', historyInWords(status)],
    ...status.accounts.map(({ account, trails }) => ['account', `${account}, trails: ${trails}`]),
    ['entries', `${amount(status.entries)} in the event log${perEntry}`],
    ...status.deliveries.map((queue) => ['delivery', queueInWords(queue)]),
    ...status.readBack.flatMap(readBackInWords).map((line) => ['read back', line]),
    ['data', dataDir],
    ...status.disk.map(({ part, bytes }) => [`  ${part}`, sizeOnDisk(bytes)]),
  ]
  return lines.map(([name = '', value = '']) => `${name.padEnd(10)} ${value}`).join('\n')
}

function changesInWords({ ready, log, catalogue }: Status): string {
  if (ready) return 'accepted'
  return log === 'open' ? `refused: the catalogue is ${catalogue}` : `refused: the event log is ${log}`
}

/** How long a rebuild goes on is told from how long it took so far: events are much alike. */
export function historyInWords({ history, historyRebuild: rebuild, entries }: HistoryFacts): string {
  if (rebuild === undefined) return history
  const { events, elapsedMs } = rebuild
  // Some entries are no events, so a rebuild is done a little before it looks so.
  const share = Math.min(events / Math.max(entries, 1), 0.99)
  const left = share < 0.01 ? '' : `, about ${duration((elapsedMs / share) * (1 - share))} left`
  return `rebuilding: ${Math.floor(share * 100)} % after ${duration(elapsedMs)}${left}`
}

type HistoryFacts = Pick<Status, 'history' | 'historyRebuild' | 'entries'>

/** Findings that are shown of each trail; `--json` has them all. */
const findingsShownMax = 5

function readBackInWords({ trail, checkedAtMs, objects, findings }: Status['readBack'][number]): readonly string[] {
  const name = trail.slice(trail.indexOf('/') + 1)
  const when = `${new Date(checkedAtMs).toISOString().slice(0, 16)}Z`
  const result = findings.length === 0 ? 'as delivered' : `findings: ${findings.length}`
  const shown = findings.slice(0, findingsShownMax)
  return [
    `${name}: ${counted(objects, 'file')} at ${when}, ${result}`,
    ...shown.map(({ kind, place, sentence }) => `  ${kind} ${place}: ${sentence}`),
  ]
}

function queueInWords(queue: Status['deliveries'][number]): string {
  const { trail, bucket, events, ageMs, isFailing, givenUpAtMs } = queue
  const waits = `${counted(events, 'event')} ${events === 1 ? 'waits' : 'wait, the oldest'} for ${duration(ageMs)}`
  const end =
    givenUpAtMs === undefined
      ? ''
      : `; the trail is deleted, tried until ${new Date(givenUpAtMs).toISOString().slice(0, 10)}`
  return `${trail.slice(trail.indexOf('/') + 1)} → ${bucket}: ${waits}${isFailing ? '; the last attempt failed' : ''}${end}`
}

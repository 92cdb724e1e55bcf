/**
 * Appends events to the log in the directory it is given, while they are brought into the table of an event data store
 * and packed all the time, until it is killed. Prints the number of each event that was acknowledged.
 */
import { setTimeout } from 'node:timers/promises'
import { eventFrame } from '@cairn/testkit/fakes/frames'
import { openLakeInstallation } from './lake-installation.ts'

const [directory = '', life = ''] = process.argv.slice(2)
const { log } = await openLakeInstallation(directory)
for (let call = 0; ; call++) {
  const ids = Array.from({ length: 1 + (call % 30) }, (_, nth) => `${life}:${call}:${nth}`)
  const frames = ids.map((id, nth) => {
    const eventTime = `2026-01-${String(1 + ((call + nth) % 9)).padStart(2, '0')}T00:00:00Z`
    return eventFrame({ text: JSON.stringify({ eventID: id, eventCategory: 'Management', eventTime }) })
  })
  await log.append(frames)
  process.stdout.write(ids.map((id) => `${id}\n`).join(''))
  await setTimeout(5)
}

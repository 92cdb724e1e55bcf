import type { ImportedFile, ImportSummary } from '@cairn/server/imports'
import { asTyped } from '../output/as-typed.ts'
import { printable } from '../output/printable.ts'
import { amount, counted, duration, moment, size } from '../output/words.ts'

/** What of a file needs a look, a line each: pieces set aside, and ids that are here with other content. */
export function problemLines(file: ImportedFile): readonly string[] {
  const ids = file.conflictingIds.map(
    (id) => `${printable(file.name)}: event ${printable(id)} is here with other content`,
  )
  return [...setAsideLines(file), ...ids]
}

function setAsideLines(file: ImportedFile): readonly string[] {
  const lines = file.problems.map(({ code, offset }) => `${printable(file.name)}: byte ${amount(offset)}: ${code}`)
  const untold = file.setAside - lines.length
  return untold > 0 ? [...lines, `${printable(file.name)}: and ${amount(untold)} more`] : lines
}

const accountsNamedMax = 3

/** What an import did or, for a plan, would do, and what to do next. `store`: the event data store it went into. */
export function summaryLines(summary: ImportSummary, store?: string): readonly string[] {
  const { records, added, duplicates, conflicts, outside, expired, digests, setAside, files, isPlan, fromMs, toMs } =
    summary
  const lines: string[] = []
  const verb = isPlan ? 'Would import' : 'Imported'
  lines.push(`${verb} ${counted(added, 'event')} from ${counted(files, 'file')} in ${duration(summary.tookMs)}.`)
  if (duplicates > 0) lines.push(`${amount(duplicates)} of the ${amount(records)} found were here already.`)
  if (conflicts > 0) {
    lines.push(
      `${counted(conflicts, 'event')} ${conflicts === 1 ? 'has' : 'have'} the id of another with other content: both are kept.`,
    )
  }
  if (outside > 0)
    lines.push(`${counted(outside, 'event')} of another time ${outside === 1 ? 'was' : 'were'} left out.`)
  if (expired > 0) {
    lines.push(
      `${counted(expired, 'event')} ${expired === 1 ? 'is' : 'are'} older than the store keeps and ${expired === 1 ? 'was' : 'were'} left out: a longer retention period lets them in.`,
    )
  }
  if (digests > 0) lines.push(`${counted(digests, 'digest file')} set aside.`)
  if (setAside > 0)
    lines.push(
      `${counted(setAside, 'piece')} could not be read and ${setAside === 1 ? 'was' : 'were'} set aside: see above; docs/reference/faults/import.md says what the words mean.`,
    )
  if (records > 0) lines.push(accountsLine(summary))
  if (fromMs !== undefined && toMs !== undefined) lines.push(`From ${moment(fromMs)} to ${moment(toMs)}.`)
  if (isPlan) {
    const { diskBytes = 0, needsMs = 0 } = summary
    lines.push(`Needs about ${size(diskBytes)} on disk and ${duration(needsMs)}. Nothing was written.`)
  } else if (fromMs !== undefined && toMs !== undefined) {
    lines.push(
      asTyped(
        store === undefined
          ? `Look at them: cairn lookup --since ${moment(fromMs)} --until ${moment(toMs + 1000)}`
          : `Ask about them: cairn query --store ${store} 'SELECT eventName, count(*) FROM $EDS_ID GROUP BY eventName'`,
      ),
    )
  }
  return lines
}

function accountsLine({ accounts }: ImportSummary): string {
  const named = accounts.slice(0, accountsNamedMax).map(({ account, records }) => `${account} (${amount(records)})`)
  const more = accounts.length - named.length
  return `${accounts.length === 1 ? 'Account' : 'Accounts'}: ${named.join(', ')}${more > 0 ? ` and ${amount(more)} more` : ''}.`
}

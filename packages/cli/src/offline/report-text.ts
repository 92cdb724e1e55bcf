import { toIsoSecond } from '@cairn/core/digest'
import type { Style } from '../output/output.ts'
import { printable } from '../output/printable.ts'
import { amount, counted } from '../output/words.ts'
import type { VerifyReport } from './judge-evidence.ts'

/** Findings that are shown in full; of more, the rest is counted, and `--json` has them all. */
const shownMax = 200

/** The report as a person reads it: what was looked at, each finding in a sentence, and both results side by side. */
export function reportText(report: VerifyReport, style: Style): string {
  const { findings, files, results } = report
  const head = [
    ...(hasLogs(report) ? logLines(report) : []),
    ...(results
      ? [`${amount(results.valid)} of ${amount(results.found)} results of queries as they were delivered`]
      : []),
    ...(files.uncovered > 0
      ? [
          `${counted(files.uncovered, 'log file')} ${files.uncovered === 1 ? 'lies' : 'lie'} outside the time of the digests, and nothing proves ${files.uncovered === 1 ? 'it' : 'them'}; the next digest covers what is new`,
        ]
      : []),
  ]
  const told = findings.slice(0, shownMax).flatMap((finding) => {
    const time =
      finding.fromMs === finding.untilMs
        ? toIsoSecond(finding.fromMs)
        : `${toIsoSecond(finding.fromMs)} to ${toIsoSecond(finding.untilMs)}`
    const kind = finding.class === 'unproven' ? style.yellow(finding.kind) : style.red(finding.kind)
    return [
      '',
      `${kind}  ${finding.region}, ${time}`,
      `  ${printable(finding.sentence)}.`,
      style.dim(`  ${printable(finding.place)}`),
    ]
  })
  const rest =
    findings.length > shownMax ? ['', `… and ${amount(findings.length - shownMax)} more; --json has them all`] : []
  return [...head, ...told, ...rest, '', verdict(report, style), comparison(report)].join('\n')
}

function logLines({ chains, digests, files, untilMs }: VerifyReport): readonly string[] {
  const until = `up to ${toIsoSecond(untilMs)}`
  if (digests.found === 0) return [`${counted(files.found, 'log file')} and no digest, ${until}`]
  const regions = new Set(chains.map(({ region }) => region)).size
  const trails = [...new Set(chains.map(({ account, trailName }) => `${trailName} of ${account}`))].join(', ')
  return [
    `${trails}, ${counted(regions, 'region')}, ${until}`,
    `${amount(digests.proven)} of ${amount(digests.found)} digests proven, ${amount(files.valid)} of ${amount(files.found)} log files as they were delivered`,
  ]
}

function verdict({ findings, files }: VerifyReport, style: Style): string {
  const has = (wanted: string) => findings.some((finding) => finding.class === wanted)
  if (has('altered')) return style.red(style.bold('Something was changed.'))
  if (has('missing')) return style.red(style.bold('Something is missing.'))
  if (has('unproven')) return style.yellow(style.bold('Nothing speaks against it, and not everything could be proven.'))
  const all = files.uncovered > 0 ? 'Everything that the digests cover' : 'Everything'
  return style.green(style.bold(`${all} is as it was delivered.`))
}

/** Results of queries are verified alone, too, and then nothing is said of trails. */
function hasLogs({ digests, files, results }: VerifyReport): boolean {
  return results === undefined || digests.found + files.found > 0
}

function comparison(report: VerifyReport): string {
  const ours = `cairn: ${counted(report.findings.length, 'finding')}`
  return hasLogs(report) ? `${ours}; aws validate-logs would report: ${report.aws.invalid}` : ours
}

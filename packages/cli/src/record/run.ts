import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Context } from '../context.ts'
import { type ExitCode, exitCodes, type ProgramExitCode } from '../exit-code.ts'
import { CommandFailure } from '../failure.ts'
import type { Output } from '../output/output.ts'
import { runChild } from './child.ts'
import type { Contract } from './contract.ts'
import { contractOf } from './contract.ts'
import { contractText, readContract } from './contract-file.ts'
import { clientEnvironment } from './environment.ts'
import type { Expectation } from './expectation.ts'
import { judgeRun } from './judge-run.ts'
import { annotation, type JudgedCase, junitXml } from './junit.ts'
import { leastPolicy, type PolicyDocument } from './least-policy.ts'
import { proxyNotes } from './nothing-seen.ts'
import { formatOfFile, policyText } from './policy-text.ts'
import { reportLines } from './report-text.ts'
import { requirePlaces } from './result-places.ts'
import { saveFiles } from './save-files.ts'
import { openSession, type Session, type SessionOptions } from './session.ts'
import type { SessionFacts } from './session-facts.ts'
import { type Summary, summarise } from './summary.ts'

export interface RecordOptions extends Pick<SessionOptions, 'resolve' | 'allowed' | 'domains' | 'marksTests'> {
  readonly command: readonly string[]
  readonly expectations: readonly Expectation[]
  /** Files, relative to the current folder. */
  readonly check?: string | undefined
  readonly update?: string | undefined
  readonly junit?: string | undefined
  readonly save?: string | undefined
  readonly policies: readonly string[]
  readonly json: boolean
  readonly quiet: boolean
  /** No call at all is fine. */
  readonly allowsNone: boolean
  readonly account?: string | undefined
  readonly region?: string | undefined
}

/** Runs a command with its calls recorded, then reports and judges them. Gives the exit code. */
export async function record(context: Context, options: RecordOptions): Promise<ExitCode | ProgramExitCode> {
  // Before anything is started: what cannot be read or written would only be found after a long test run.
  await requirePlaces(context.folder, options)
  const contract = options.check === undefined ? undefined : await contractIn(context, options.check)
  const keepsParameters = options.check !== undefined || options.update !== undefined
  await using session = await openSession({ ...options, environment: context.environment, keepsParameters })
  const childCode = await runChild({
    command: options.command,
    environment: clientEnvironment(context.environment, session.client),
    folder: context.folder,
    keepsStdoutFree: options.json,
    signal: context.signal,
    insistence: context.insistence,
    isInTerminal: context.stdout.isTerminal || context.stderr.isTerminal,
  })
  await session.stop()
  const { calls } = session.seen
  const { expectations, allowsNone } = options
  const cases = judgeRun(session.seen, { expectations, contract, allowsNone })
  const policy = leastPolicy(calls)
  const idle = session.seen.idlePlaces.map(
    (place) => `--resolve ${place}=… led nobody anywhere: no such host was asked for.`,
  )
  const written = await writeResults(context, options, session, { cases, policy, childCode })
  const remarks = [...idle, ...written]
  await report(context, options, session.seen, { cases, policy, summary: summarise(calls), childCode, remarks })
  if (childCode !== 0) return childCode as ProgramExitCode
  if (calls.length === 0 && !allowsNone) return exitCodes.nothingFound
  return cases.some(({ failure }) => failure !== undefined) ? exitCodes.failed : exitCodes.done
}

interface Told {
  readonly summary: Summary
  /** A sentence for each result that was asked for and is not there, or is not what one would expect. */
  readonly remarks: readonly string[]
}

interface Results {
  readonly cases: readonly JudgedCase[]
  readonly policy: PolicyDocument
  /** Of the command. */
  readonly childCode: number
}

/** Characters without white space. @source IAM User Guide, IAM and STS quotas */
const managedPolicyMax = 6_144

/**
 * Writes what was asked for, and tells what of it was not written, or is of no use: what an earlier run left there is
 * still there.
 */
async function writeResults(
  context: Context,
  options: RecordOptions,
  session: Session,
  { cases, policy, childCode }: Results,
): Promise<readonly string[]> {
  const write = (path: string, text: string) => writeFile(resolve(context.folder, path), text)
  const { seen } = session
  const { update, junit, policies, save } = options
  const noContract = whyNoContract(seen, options, childCode)
  // IAM takes no policy without a statement.
  const noPolicy = policy.Statement.length > 0 ? undefined : 'no call that was allowed needs a permission'
  try {
    if (update !== undefined && noContract === undefined) await write(update, contractText(contractOf(seen.calls)))
    if (junit !== undefined) await write(junit, junitXml(cases))
    for (const path of noPolicy === undefined ? policies : []) await write(path, policyText(policy, formatOfFile(path)))
    if (save !== undefined) await saveFiles(session.events(), resolve(context.folder, save))
  } catch (cause) {
    const { code, path } = cause as NodeJS.ErrnoException
    if (code === undefined) throw cause
    throw new CommandFailure(`${path ?? 'A file'} cannot be written (${code}).`, { cause })
  }
  const length = JSON.stringify(policy).length
  const tooLong = `is longer (${length} characters) than IAM takes in a managed policy (${managedPolicyMax})`
  return [
    ...(length > managedPolicyMax ? policies.map((path) => `${path} ${tooLong}.`) : []),
    ...(update === undefined || noContract === undefined ? [] : [`${update} was not written: ${noContract}.`]),
    ...(noPolicy === undefined ? [] : policies.map((path) => `${path} was not written: ${noPolicy}.`)),
  ]
}

/** A run that broke off, or was not seen, is no contract for those to come. */
function whyNoContract(
  { calls, callsBeyond }: SessionFacts,
  { allowsNone }: RecordOptions,
  childCode: number,
): string | undefined {
  if (childCode !== 0) return 'the command failed'
  if (calls.length === 0 && !allowsNone) return 'no call was seen'
  return callsBeyond > 0 ? 'there were more calls than a contract holds' : undefined
}

async function report(
  { stdout, stderr, environment }: Context,
  options: RecordOptions,
  seen: SessionFacts,
  { cases, policy, summary, childCode, remarks }: Results & Told,
): Promise<void> {
  if (options.json) {
    const { callsBeyond, proxy: connections } = seen
    const whole = { ...summary, callsBeyond, exitCode: childCode, judged: cases, policy, connections }
    await stdout.line(JSON.stringify(whole))
  }
  const failed = cases.filter(({ failure }) => failure !== undefined)
  const { style, columns } = stderr
  const lines = [
    ...(options.quiet || options.json ? [] : overview(seen, summary, policy, stderr)),
    ...failed.flatMap(({ suite, name, failure = [] }) => [
      '',
      `${style.red('✗')} ${style.bold(`${suite}: ${name}`)}`,
      ...failure.map((line) => `  ${coloured(line, stderr)}`),
    ]),
    ...(remarks.length === 0 ? [] : ['', ...remarks.map((line) => style.yellow(line))]),
    ...(cases.length === 0 ? [] : ['', judgement(cases.length, failed.length, stderr)]),
  ]
  if (lines.length > 0) await stderr.line(`${style.dim('─'.repeat(Math.min(columns, 80)))}\n${lines.join('\n')}`)
  if (environment.GITHUB_ACTIONS === 'true') for (const one of failed) await stderr.line(annotation(one))
}

function overview(seen: SessionFacts, summary: Summary, policy: PolicyDocument, { style, columns }: Output): string[] {
  // Unless that is fine, why follows below.
  if (summary.calls === 0) return [style.bold('Cairn saw no call to AWS.')]
  const notes = proxyNotes(seen.proxy)
  return [
    ...reportLines(summary, policy, { style, columns }),
    ...(seen.callsBeyond === 0
      ? []
      : [
          '',
          style.yellow(
            `${seen.callsBeyond} later calls were recorded, and are neither in this report nor in the policy.`,
          ),
        ]),
    ...(notes.length === 0 ? [] : ['', style.bold('Connections'), ...notes]),
  ]
}

function judgement(all: number, failed: number, { style }: Output): string {
  const what = all === 1 ? '1 check' : `${all} checks`
  return failed === 0 ? style.green(`${what} passed`) : style.red(`${failed} of ${what} failed`)
}

function coloured(line: string, { style }: Output): string {
  if (line.startsWith('+')) return style.green(line)
  return line.startsWith('-') ? style.red(line) : line
}

async function contractIn({ folder }: Context, path: string): Promise<Contract> {
  try {
    return readContract(await readFile(resolve(folder, path), 'utf8'), path)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === undefined) throw cause
    throw new CommandFailure(`${path} cannot be read (${code}).`, {
      advice: `Write it first: cairn record --update ${path} -- COMMAND`,
      cause,
    })
  }
}

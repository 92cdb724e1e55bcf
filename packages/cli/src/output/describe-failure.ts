import { ConfigFault } from '@cairn/server/config'
import { type ExitCode, exitCodes } from '../exit-code.ts'
import { CommandFailure } from '../failure.ts'
import { asTyped } from './as-typed.ts'
import { manualOf } from './manual.ts'
import type { Style } from './output.ts'
import { printable } from './printable.ts'

/** What standard error shows of a failure, and the exit code that goes with it. */
export interface FailureReport {
  readonly text: string
  readonly exitCode: ExitCode
}

/**
 * Words for anything a command threw. Faults are named with their code and explained by the manual's section on it:
 * what happened and what to do. A defect shows its stack, since there is nothing else to go by.
 */
export function describeFailure(error: unknown, style: Style): FailureReport {
  if (error instanceof ConfigFault) {
    const lines = error.problems.map(
      ({ key, problem, place }) =>
        `  ${printable(place)}: ${printable(key === undefined ? problem : `${key} ${problem}`)}`,
    )
    const advice = 'See `cairn config print` and docs/reference/configuration.md for every setting.'
    return { text: [style.red('Settings are wrong:'), ...lines, asTyped(advice)].join('\n'), exitCode: exitCodes.usage }
  }
  if (error instanceof CommandFailure) {
    const advice = error.advice === undefined ? [] : [asTyped(error.advice)]
    const lines = [style.red(printable(error.message)), ...error.details.map(printable), ...advice]
    return { text: lines.join('\n'), exitCode: error.exitCode }
  }
  if (isFault(error)) {
    const facts = Object.entries(error.fields).map(([name, value]) => `  ${name}: ${printable(String(value))}`)
    return {
      text: [
        style.red(`Failed: ${printable(error.message)} (${error.code})`),
        ...facts,
        asTyped(manualOf(error.code) ?? 'The manual does not know this code: please report it.'),
      ].join('\n'),
      exitCode: exitCodes.failed,
    }
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return {
    text: `${style.red('Cairn failed in a way it should not. Please report this:')}\n${stack}`,
    exitCode: exitCodes.failed,
  }
}

/** By shape: a fault may come from the bundle's copy of the class. */
function isFault(error: unknown): error is Error & { code: string; fields: Readonly<Record<string, unknown>> } {
  return error instanceof Error && error.name === 'Fault' && 'code' in error && 'fields' in error
}

import type { FindingClass } from '@cairn/core/digest'
import { type ExitCode, exitCodes } from '../exit-code.ts'

/** The exit code of the worst finding. */
export function exitCodeOf({ findings }: { readonly findings: readonly { readonly class: FindingClass }[] }): ExitCode {
  const classes = new Set(findings.map((finding) => finding.class))
  for (const worst of ['altered', 'missing', 'unproven'] as const) if (classes.has(worst)) return exitCodes[worst]
  return exitCodes.done
}

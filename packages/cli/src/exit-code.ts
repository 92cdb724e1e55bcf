/** What a command's exit status says; documented in docs/reference/cli.md. */
export const exitCodes = {
  done: 0,
  /** It was tried and did not work; standard error says why and what to do. */
  failed: 1,
  /** The command line or a setting is wrong; nothing was tried. */
  usage: 2,
  /** It worked and there is nothing to show. */
  nothingFound: 3,
  /** `fsck` found damage. */
  damaged: 4,
  /** `verify` found what was changed, forged or moved. */
  altered: 5,
  /** `verify` found that something is gone, and nothing worse. */
  missing: 6,
  /** `verify` found nothing wrong, and could not prove everything. */
  unproven: 7,
  /** A program that was to be run may not be, or is not there, as shells have it. */
  cannotRun: 126,
  noProgram: 127,
  /** Ctrl-C. */
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** The exit status of a program that was run for its user, passed on as it was. */
export type ProgramExitCode = number & { readonly isOfProgram: true }

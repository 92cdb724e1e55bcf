import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { CommandFailure } from '../failure.ts'
import type { Contract, ContractCall } from './contract.ts'

/** Larger than any that a person could review. */
const fileBytesMax = 4 * 1024 * 1024

const call = z.strictObject({
  call: z.string(),
  on: z.optional(z.string()),
  parameters: z.optional(z.record(z.string(), z.unknown())),
  error: z.optional(z.string()),
  readOnly: z.optional(z.literal(true)),
  times: z.optional(z.int().min(1)),
})

const file = z.strictObject({
  version: z.literal(1),
  calls: z.optional(z.array(call)),
  tests: z.optional(z.record(z.string(), z.array(call))),
})

const heading = `# What the program calls, written by \`cairn record --update\` and compared by \`cairn record --check\`.
# Values that change from run to run stand here by their kind, such as <uuid> or <time>.
`

/** A contract as a file that people review: `calls` in their order, those of a test under its name in `tests`. */
export function contractText(contract: Contract): string {
  const tests = [...contract].filter(([mark]) => mark !== '')
  const content = {
    version: 1,
    ...(contract.has('') && { calls: contract.get('') }),
    ...(tests.length > 0 && { tests: Object.fromEntries(tests) }),
  }
  return `${heading}${stringify(content, { lineWidth: 120, aliasDuplicateObjects: false })}`
}

/** @throws CommandFailure that says what is wrong with the file */
export function readContract(text: string, path: string): Contract {
  const refuse = (problem: string, cause?: unknown) =>
    new CommandFailure(`${path} is no contract: ${problem}.`, {
      advice: 'Write it anew with `cairn record --update`, or put it right.',
      cause,
    })
  if (text.length > fileBytesMax) throw refuse(`it is larger than ${fileBytesMax} bytes`)
  let content: unknown
  try {
    content = parse(text, { maxAliasCount: 0 })
  } catch (cause) {
    throw refuse('it is not YAML', cause)
  }
  const read = file.safeParse(content)
  if (!read.success) {
    const [issue] = read.error.issues
    throw refuse(`${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'wrong'}`)
  }
  const { calls, tests = {} } = read.data
  const groups: (readonly [string, readonly ContractCall[]])[] = Object.entries(tests)
  return new Map([...(calls === undefined ? [] : [['', calls as readonly ContractCall[]] as const]), ...groups])
}

import { sampleQueries, searchSamples } from '@cairn/core/query-samples'
import type { Context } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-code.ts'

/** Samples that are shown for a search. */
const shownMax = 5

/** The statement of the sample of exactly this name. */
export function sampleNamed(name: string): string | undefined {
  return sampleQueries.find((sample) => sample.name.toLowerCase() === name.trim().toLowerCase())?.sql
}

/** Shows the samples that words find, ready to be typed. */
export async function showSamples(words: string, { stdout, stderr }: Context): Promise<ExitCode> {
  const found = searchSamples(words)
    .slice(0, shownMax)
    .map(({ sample }) => sample)
  for (const { name, description, sql } of found) {
    await stdout.line(stdout.style.bold(name))
    await stdout.line(stdout.style.dim(`-- ${description}`))
    await stdout.line(`${sql}\n`)
  }
  const [first] = found
  if (first === undefined) {
    await stderr.line('No sample fits these words.')
    return exitCodes.nothingFound
  }
  await stderr.line(stderr.style.dim(`Run one by its name: cairn query --sample "${first.name}"`))
  return exitCodes.done
}

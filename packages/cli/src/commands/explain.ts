import type { ExplainedEvent } from '@cairn/server'
import { defineCommand } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { readJson } from '../installation/index.ts'
import { asTyped } from '../output/as-typed.ts'
import { explanationLines } from '../selectors/explanation-text.ts'

export const explainCommand = defineCommand({
  name: 'explain',
  summary: 'Say which trails take an event, and why or why not',
  description:
    'Holds the event against the trails of its account as they were when it was accepted: whether each logged, covered its region, and what each field of its selectors said. Exits with 3 when there is no such event or trail.',
  arguments: { event: { description: 'id of the event, as `cairn lookup --long` shows it' } },
  options: {
    trail: { value: 'name', description: 'only this trail: a name or an ARN' },
    json: { description: "the endpoint's answer" },
  },
  examples: [
    { run: 'explain 7a4c1f7e-6f0d-4c3e-9a51-0f1f6a5c2b11 --trail main', means: 'why the trail main took it or not' },
    { run: 'explain 7a4c1f7e-6f0d-4c3e-9a51-0f1f6a5c2b11', means: 'the same for every trail of its account' },
  ],
  async run(context, { event }, { trail, json }) {
    await using installation = await context.installation()
    const answer = await installation.call({
      method: 'GET',
      path: '/_cairn/v1/explain',
      query: { event, trail },
      signal: context.signal,
    })
    const { events } = await readJson<{ readonly events: readonly ExplainedEvent[] }>(answer)
    if (json) await context.stdout.line(JSON.stringify({ events }))
    else if (events.length === 0) {
      await context.stderr.line('No event in the history has this id. Data events that no trail took are not kept.')
    }
    if (!json) {
      for (const [index, one] of events.entries()) {
        if (index > 0) await context.stdout.line()
        for (const line of explanationLines(one, context.stdout.style)) await context.stdout.line(line)
      }
    }
    const isExplained = events.some(({ trails }) => trails.length > 0)
    if (!json && events.length > 0 && !isExplained && trail !== undefined) {
      await context.stderr.line(
        asTyped(`The account had no trail ${trail} then; \`cairn explain\` without --trail shows which.`),
      )
    }
    return events.length === 0 || (trail !== undefined && !isExplained) ? exitCodes.nothingFound : exitCodes.done
  },
})

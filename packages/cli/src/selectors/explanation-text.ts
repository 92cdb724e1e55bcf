import type { ExplainedEvent, SelectorExplanation, TrailExplanation } from '@cairn/server'
import type { Style } from '../output/output.ts'
import { printable } from '../output/printable.ts'

/** An explained event for people: what it was, then for each trail whether it took it, and why. */
export function explanationLines(event: ExplainedEvent, style: Style): string[] {
  const service = event.eventSource.replace(/\.amazonaws\.com$/, '')
  const what = `${event.time}  ${service}:${event.eventName}  (${event.category})`
  return [
    style.bold(printable(what)),
    printable(`event ${event.eventId}, account ${event.account}, ${event.region}`),
    ...(event.asOf === 'now'
      ? [style.yellow('The trails of its time are no longer kept: these are the trails of today.')]
      : []),
    ...(event.trails.length === 0 ? ['There is no trail to hold it against.'] : []),
    ...event.trails.flatMap((trail) => ['', ...trailLines(trail, style)]),
  ]
}

function trailLines({ name, trail, isSelected, obstacles, selectors }: TrailExplanation, style: Style): string[] {
  const verdict = isSelected ? style.green('takes it') : style.red('does not take it')
  return [
    `${style.bold(printable(name))} ${verdict}  ${style.dim(printable(trail))}`,
    ...obstacles.map((obstacle) => `  because ${printable(obstacle)}`),
    ...selectors.flatMap((selector, index) => selectorLines(selector, index, style)),
  ]
}

function selectorLines({ name, matches, reasons }: SelectorExplanation, index: number, style: Style): string[] {
  const title = name === undefined ? `selector ${index + 1}` : `selector ${index + 1} “${printable(name)}”`
  const lines = reasons.map((reason) => `    ${printable(reason)}`)
  return [`  ${title} ${matches ? 'matches' : 'does not match'}:`, ...(matches ? lines.map(style.dim) : lines)]
}

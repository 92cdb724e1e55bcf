import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Gauge, type Registry } from 'prom-client'

/** How often the main loop is looked at. It notices what takes longer than this, and is late by what it took. */
const resolutionMs = 10

const quantiles = [0.5, 0.99, 1] as const

/**
 * The metric that tells whether something blocks the main loop: quantiles of its delay since the scrape before. The
 * first scrape begins to measure, so an installation that nobody scrapes pays nothing.
 */
export function registerLoopDelay(registry: Registry): void {
  let histogram: ReturnType<typeof monitorEventLoopDelay> | undefined
  new Gauge({
    name: 'cairn_loop_delay_seconds',
    help: 'How late the main loop was since the last scrape, by quantile. Above 0.02 something blocks it.',
    labelNames: ['quantile'],
    registers: [registry],
    collect() {
      if (histogram === undefined) {
        histogram = monitorEventLoopDelay({ resolution: resolutionMs })
        histogram.enable()
      }
      // What is measured is the time between two looks.
      for (const quantile of quantiles) {
        const betweenMs = histogram.count === 0 ? 0 : histogram.percentile(quantile * 100) / 1e6
        this.set({ quantile: String(quantile) }, Math.max(0, betweenMs - resolutionMs) / 1000)
      }
      histogram.reset()
    },
  })
}

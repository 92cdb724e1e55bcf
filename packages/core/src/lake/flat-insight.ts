type Members = Readonly<Record<string, unknown>>

/**
 * An Insights event as trails deliver it, with what its table has in columns of their own; one that is flat already
 * stays so. Of the values of an attribute, each that was seen and its place in the baseline become one attribution.
 *
 * @source CloudTrail User Guide, CloudTrail record contents for Insights events for trails and for event data stores
 */
export function flatInsight(record: unknown): unknown {
  if (!isObject(record) || !isObject(record.insightDetails)) return record
  const { state, eventSource, eventName, errorCode, insightType, insightContext } = record.insightDetails
  return {
    ...record,
    insightState: state,
    insightEventSource: eventSource,
    insightEventName: eventName,
    insightErrorCode: errorCode,
    insightType,
    insightContext: isObject(insightContext) ? flatContext(insightContext) : undefined,
  }
}

function flatContext({ statistics, attributions }: Members): Members {
  const { baseline, insight, baselineDuration, insightDuration } = isObject(statistics) ? statistics : {}
  return {
    baselineAverage: isObject(baseline) ? baseline.average : undefined,
    insightAverage: isObject(insight) ? insight.average : undefined,
    baselineDuration,
    insightDuration,
    attributions: Array.isArray(attributions) ? attributions.flatMap(flatAttribution) : undefined,
  }
}

function flatAttribution(attribution: unknown): readonly Members[] {
  if (!isObject(attribution)) return []
  const seen = listOf(attribution.insight)
  const usual = listOf(attribution.baseline)
  return Array.from({ length: Math.max(seen.length, usual.length, 1) }, (_, index) => {
    const insight = seen[index]
    const baseline = usual[index]
    return {
      attribute: attribution.attribute,
      insightValue: insight?.value,
      insightAverage: insight?.average,
      baselineValue: baseline?.value,
      baselineAverage: baseline?.average,
      insight,
      baseline,
    }
  })
}

function listOf(values: unknown): readonly Members[] {
  return Array.isArray(values) ? values.filter(isObject) : isObject(values) ? [values] : []
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

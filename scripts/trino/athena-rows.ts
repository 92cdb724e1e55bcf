type Members = Readonly<Record<string, unknown>>

/**
 * A record as a row of Athena's table, made without any of Cairn's code: texts as they are, parts that the table has as
 * text written as JSON.
 */
export function athenaRow(record: Members): Members {
  const time = String(record.eventTime)
  const day = time.slice(0, 10)
  return {
    ...lowerCase(record),
    ...Object.fromEntries(
      ['requestParameters', 'responseElements', 'additionalEventData', 'serviceEventDetails', 'edgeDeviceDetails'].map(
        (name) => [
          name.toLowerCase(),
          record[name] === null || record[name] === undefined ? null : JSON.stringify(record[name]),
        ],
      ),
    ),
    readonly: String(record.readOnly),
    account: record.recipientAccountId,
    region: record.awsRegion,
    year: day.slice(0, 4),
    month: day.slice(5, 7),
    day: day.slice(8, 10),
    timestamp: day.replaceAll('-', '/'),
  }
}

/** Names of members in lower case, as Hive has them. */
function lowerCase(value: Members): Members {
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name.toLowerCase(), lowerInner(inner)]))
}

function lowerInner(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowerInner)
  return typeof value === 'object' && value !== null ? lowerCase(value as Members) : value
}

/**
 * Event sources that are not the name a service signs under. Keys are the API's names.
 *
 * @source the list of actions CloudTrail logs (2021), real log files of 2020–2024, and the event sources of the User
 *   Guide's table of data events
 */
const sources: Readonly<Record<string, string>> = {
  'iot-data': 'iot',
  'marketplace-agreement': 'agreement-marketplace',
  'marketplace-discovery': 'discovery-marketplace',
  mq: 'amazonmq',
  'rds-data': 'rdsdataapi',
}

/** Services whose records carry the API's version, and how they write it: other marks between its numbers. */
const versioned: Readonly<Record<string, string>> = {
  dynamodb: '-',
  dynamodbstreams: '-',
  elb: '-',
  elbv2: '-',
  logs: '',
  route53: '-',
}

/** `eventSource` of a service by the API's name and the name it signs under. */
export function recordEventSource(service: string, signingName: string): string {
  const source = Object.hasOwn(sources, service) ? sources[service] : signingName.toLowerCase()
  return `${source}.amazonaws.com`
}

/**
 * `apiVersion`, where the service's records have one.
 *
 * @source real log files: `2012-08-10` for DynamoDB, `20140328` for CloudWatch Logs
 */
export function recordApiVersion(service: string, apiVersion: string): string | undefined {
  const mark = Object.hasOwn(versioned, service) ? versioned[service] : undefined
  return mark === undefined ? undefined : apiVersion.replaceAll('-', mark)
}

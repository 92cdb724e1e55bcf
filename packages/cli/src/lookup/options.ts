const condition = (description: string, value: string) => ({ description, value, many: true }) as const

/** Options that say what an event must be like. Several of one option: any of them. */
export const conditionOptions = {
  user: condition('user name, or name of a role session', 'name'),
  eventName: condition('what was called', 'name'),
  source: condition('service: s3 or s3.amazonaws.com', 'service'),
  resource: condition('ARN or name of a resource', 'name'),
  resourceType: condition('such as AWS::S3::Bucket', 'type'),
  accessKey: condition('id of the access key', 'id'),
  event: condition('id of the event', 'id'),
  error: condition('error code', 'code'),
  ip: condition('source address, or range such as 203.0.113.0/24', 'address'),
  userAgent: condition('user agent', 'text'),
  where: condition('any member of the record: PATH=VALUE, also != ~ (contains) > >= < <=, PATH, !PATH', 'condition'),
  not: condition('turns the next condition around', 'condition'),
  readOnly: { description: 'calls that change nothing' },
  writeOnly: { description: 'calls that change something' },
  account: condition('account', 'id'),
  region: condition('region', 'name'),
  category: condition('management, data, insight, network', 'name'),
} as const

/** Values of conditions behind `--not`: see conditions.ts. */
export const conditionArguments = {
  words: { description: 'values of conditions behind --not', optional: true, many: true },
} as const

/** An option's values, or nothing when it was not given. */
export function some(values: readonly string[]): readonly string[] | undefined {
  return values.length === 0 ? undefined : values
}

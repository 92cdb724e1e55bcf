/** Per-service habits of CloudTrail's emitters that no rule of the API model tells. */

/**
 * The error code as records spell it. `service` is the first label of the event source (`iam`), `code` the API's code
 * without namespace.
 *
 * @quirk IAM's records append `Exception`; EC2's carry the fault as prefix; a denial reads `AccessDenied` everywhere
 */
export function recordErrorCode(service: string, code: string, faultIsServers = false): string {
  if (denials.has(code)) return 'AccessDenied'
  if (service === 'iam') return code.endsWith('Exception') ? code : `${code.replace(/Error$/, '')}Exception`
  if (service === 'ec2')
    return /^(Client|Server)\./.test(code) ? code : `${faultIsServers ? 'Server' : 'Client'}.${code}`
  return code
}

const denials: ReadonlySet<string> = new Set(['AccessDenied', 'AccessDeniedException'])

/**
 * Whether the record shows the response. Read-only calls show none, except that a role's credentials being handed out
 * is what the reader looks for.
 */
export function showsResponse(call: {
  readonly eventSource: string
  readonly eventName: string
  readonly readOnly: boolean
}): boolean {
  return !call.readOnly || (call.eventSource === 'sts.amazonaws.com' && call.eventName.startsWith('AssumeRole'))
}

/** The caller's header as the service's records show it: S3 puts it in square brackets. */
export function recordUserAgent(eventSource: string, header: string): string {
  return eventSource === 's3.amazonaws.com' ? `[${header}]` : header
}

const readPrefix =
  /^(Get|List|Describe|Head|BatchGet|BatchDescribe|Lookup|Search|Query|Scan|Select|Check|Verify|Validate|Simulate|Test|Preview|Estimate|Discover|Retrieve)/

const readNames: ReadonlySet<string> = new Set([
  'kms.amazonaws.com/Decrypt',
  'kms.amazonaws.com/Encrypt',
  'kms.amazonaws.com/GenerateDataKey',
  'kms.amazonaws.com/GenerateDataKeyWithoutPlaintext',
  'kms.amazonaws.com/GenerateDataKeyPair',
  'kms.amazonaws.com/GenerateDataKeyPairWithoutPlaintext',
  'kms.amazonaws.com/GenerateMac',
  'kms.amazonaws.com/ReEncrypt',
  'kms.amazonaws.com/Sign',
  'sts.amazonaws.com/AssumeRole',
  'sts.amazonaws.com/AssumeRoleWithSAML',
  'sts.amazonaws.com/AssumeRoleWithWebIdentity',
  'sts.amazonaws.com/DecodeAuthorizationMessage',
])

const writeNames: ReadonlySet<string> = new Set([
  'sts.amazonaws.com/GetFederationToken',
  'sts.amazonaws.com/GetSessionToken',
  'signin.amazonaws.com/GetSigninToken',
  'bedrock.amazonaws.com/Converse',
  'bedrock.amazonaws.com/ConverseStream',
  'bedrock.amazonaws.com/InvokeModel',
  'bedrock.amazonaws.com/InvokeModelWithResponseStream',
])

/**
 * `readOnly` of a call by its name: the prefix rule with its measured and documented exceptions. `reads`: IAM calls the
 * action a read or a list, which tells of names that no prefix does.
 */
export function isReadOnlyName(eventSource: string, eventName: string, reads = false): boolean {
  const name = `${eventSource}/${eventName}`
  return !writeNames.has(name) && (reads || readPrefix.test(eventName) || readNames.has(name))
}

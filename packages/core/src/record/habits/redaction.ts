/** What stands in place of a member: a text, an empty object, or nothing at all. */
export type Mark = 'HIDDEN_DUE_TO_SECURITY_REASONS' | '<sensitiveDataRemoved>' | '***' | '**********' | '{}' | ''

/**
 * Members that services hide although their API's model does not call them sensitive. `*` is every operation. Keys are
 * the API's names, members as the API spells them, at any depth.
 *
 * @source CloudTrail's and the services' guides on logging, and real log files: `parameters` of SendCommand and
 *   `value` of PutParameter 2023, `userData` 2024, `environment` 2023, `stageVariables` 2025
 */
const rows: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Mark>>>>>> = {
  ...flowingThrough(),
  apigatewayv2: { '*': { StageVariables: '***' } },
  apigateway: { '*': { variables: '***' } },
  appsync: { '*': { apiKeyId: '***' } },
  cloudformation: { '*': { ParameterValue: '' } },
  'cognito-identity': { '*': { Logins: 'HIDDEN_DUE_TO_SECURITY_REASONS' } },
  'cognito-idp': {
    '*': {
      AuthParameters: 'HIDDEN_DUE_TO_SECURITY_REASONS',
      ChallengeResponses: 'HIDDEN_DUE_TO_SECURITY_REASONS',
      UserAttributes: 'HIDDEN_DUE_TO_SECURITY_REASONS',
    },
  },
  ec2: { '*': { UserData: '<sensitiveDataRemoved>', KeyMaterial: '<sensitiveDataRemoved>' } },
  ecs: { '*': { environment: '{}' } },
  lambda: { '*': { Environment: '{}' } },
  rds: { '*': { MasterUserPassword: 'HIDDEN_DUE_TO_SECURITY_REASONS' } },
  'rds-data': {
    '*': {
      sql: '**********',
      database: '**********',
      schema: '**********',
      parameters: '**********',
      parameterSets: '**********',
    },
  },
  'redshift-data': { '*': { Sql: '**********', Sqls: '**********', Parameters: '**********' } },
  sns: {
    '*': {
      Message: 'HIDDEN_DUE_TO_SECURITY_REASONS',
      Subject: 'HIDDEN_DUE_TO_SECURITY_REASONS',
      MessageAttributes: 'HIDDEN_DUE_TO_SECURITY_REASONS',
    },
  },
  sqs: {
    '*': {
      MessageBody: 'HIDDEN_DUE_TO_SECURITY_REASONS',
      Body: 'HIDDEN_DUE_TO_SECURITY_REASONS',
      MessageAttributes: 'HIDDEN_DUE_TO_SECURITY_REASONS',
      MessageSystemAttributes: 'HIDDEN_DUE_TO_SECURITY_REASONS',
    },
  },
  ssm: {
    PutParameter: { Value: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
    SendCommand: { Parameters: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
    StartSession: { Parameters: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
    StartAutomationExecution: { Parameters: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
    CreateAssociation: { Parameters: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
    UpdateAssociation: { Parameters: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
  },
  stepfunctions: { '*': { input: 'HIDDEN_DUE_TO_SECURITY_REASONS', output: 'HIDDEN_DUE_TO_SECURITY_REASONS' } },
}

/**
 * What only flows through a service: messages, prompts, lines of logs. CloudTrail logs such calls without it, or does
 * not log them.
 */
function flowingThrough() {
  const leftOut = (...members: string[]) => ({ '*': Object.fromEntries(members.map((name) => [name, ''] as const)) })
  return {
    'bedrock-agent-runtime': leftOut('input', 'inputText', 'inputs'),
    'bedrock-runtime': leftOut('messages', 'system', 'content', 'toolConfig', 'modelInput', 'output'),
    events: leftOut('Detail'),
    firehose: leftOut('Data'),
    kinesis: leftOut('Data'),
    logs: leftOut('logEvents'),
    ses: leftOut('Message', 'RawMessage', 'TemplateData', 'DefaultTemplateData', 'ReplacementTemplateData'),
    sesv2: leftOut('Content', 'DefaultContent', 'ReplacementEmailContent', 'TemplateData', 'ReplacementTemplateData'),
  }
}

/**
 * Names that mean a secret in whatever service: models of older services have no sensitive members. Tokens that only
 * continue a list or make a call idempotent are none, and STS's session token is shown on purpose.
 */
const secretName =
  /(?:password|passwd|passphrase|secretkey|clientsecret|sharedsecret|privatekey|authtoken|accesstoken|refreshtoken|idtoken|bearertoken|oauthtoken|userauthtoken|apikeyvalue|secretvalue)$/i

const none: ReadonlyMap<string, Mark> = new Map()
const known = new Map<string, ReadonlyMap<string, Mark>>()

/** What an operation hides by name; `hiddenByName` tells of what any service does. */
export function hiddenMembers(service: string, operation: string): ReadonlyMap<string, Mark> {
  const own = Object.hasOwn(rows, service) ? rows[service] : undefined
  if (own === undefined) return none
  const key = Object.hasOwn(own, operation) ? `${service} ${operation}` : `${service} *`
  const marks = known.get(key) ?? new Map(Object.entries({ ...own['*'], ...own[operation] }))
  known.set(key, marks)
  return marks
}

/** Whether a member's name alone says that its value is a secret. */
export function isSecretName(member: string): boolean {
  return secretName.test(member)
}

/** Words that say nothing about what is looked for. */
const empty: ReadonlySet<string> = new Set(
  'a an and are as at by did do does find for from get had has have how i in is it its list me my of on or query queries show that the their them these they this those to was were what when where which who whose with within all any give made make not only'.split(
    ' ',
  ),
)

/** Each line holds words that people use for one thing. */
const sameMeaning = [
  'login logon signin sign-in signon sign-on authenticate authentication consolelogin',
  'mfa 2fa multifactor multi-factor two-factor twofactor otp',
  'deny denied refuse refused unauthorized unauthorised forbidden accessdenied rejected',
  'delete deleted deletion remove removed destroy destroyed terminate terminated purge destructive',
  'create created creation new made launch launched launches start started',
  'change changed modify modified modification update updated edit write writes',
  'public publicly exposed open opened internet world everyone',
  'user users principal principals identity identities person people caller callers',
  'ip ips address addresses',
  'error errors failure failures failed fail fails exception',
  'bucket buckets s3',
  'instance instances ec2 machine machines vm server servers',
  'key keys credential credentials accesskey',
  'kms cmk encryption encrypt encrypted decrypt decryption decrypts',
  'permission permissions right rights privilege privileges policy policies iam',
  'role roles assumerole assume assumed',
  'firewall securitygroup security-group nacl acl',
  'function functions lambda serverless',
  'database databases rds db aurora dynamodb table tables',
  'secret secrets password passwords secretsmanager parameter parameters',
  'trail trails cloudtrail logging audit',
  'unusual anomaly anomalies insight insights spike suspicious',
  'region regions location',
  'agent agents program programs tool tools sdk cli client',
  'throttle throttled throttling ratelimit quota limit',
  'root superuser',
  'often most top busiest frequent active activity usage used',
]

const groupOf: ReadonlyMap<string, string> = new Map(
  sameMeaning.flatMap((line) => {
    const words = line.split(' ')
    return words.map((word) => [stem(word), `=${words[0]}`] as const)
  }),
)

/** The words of a text that count, each in one form for all its endings and synonyms. */
export function wordsOf(text: string): string[] {
  const parts = text
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9-]+/)
  return parts
    .map((part) => part.replace(/^-+|-+$/g, ''))
    .flatMap((part) => (part.includes('-') && !groupOf.has(stem(part)) ? part.split('-') : [part]))
    .filter((word) => word.length > 1 && !empty.has(word))
    .map((word) => {
      const base = stem(word)
      return groupOf.get(base) ?? base
    })
}

/** The word without the endings of plural and tense: rough, and the same on both sides. */
function stem(word: string): string {
  if (word.length <= 4) return word.replace(/s$/, '')
  return word
    .replace(/ies$/, 'y')
    .replace(/(?<=[^s])s$/, '')
    .replace(/(ing|ed|ion)$/, '')
    .replace(/e$/, '')
}

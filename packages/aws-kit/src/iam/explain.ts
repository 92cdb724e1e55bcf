import type { DecidingStatement, Decision, PolicyLayer } from './evaluate.ts'
import type { AccessQuestion, RequestPrincipal } from './request.ts'

const layerNames: Readonly<Record<PolicyLayer, string>> = {
  identity: 'identity-based policy',
  resource: 'resource-based policy',
  session: 'session policy',
  boundary: 'permissions boundary',
  'service-control': 'service control policy',
}

/** The message of AWS's `AccessDenied` errors. It names kinds of policies, never their contents. */
export function accessDeniedMessage(question: AccessQuestion, decision: Decision): string {
  const { action, resource } = question
  const start = `User: ${nameOf(question.principal)} is not authorized to perform: ${action} on resource: ${resource}`
  const [denying] = decision.statements
  if (decision.reason === 'explicit-deny' && denying !== undefined) {
    const layer = layerNames[denying.layer]
    return `${start} with an explicit deny in ${/^[aeiou]/.test(layer) ? 'an' : 'a'} ${layer}`
  }
  return decision.missing === undefined
    ? start
    : `${start} because no ${layerNames[decision.missing]} allows the ${action} action`
}

/** A decision in sentences, for the owner of the policies: it names them and their statements. */
export function explainDecision(question: AccessQuestion, decision: Decision): readonly string[] {
  const asked = `${nameOf(question.principal)} asks for ${question.action} on ${question.resource}`
  switch (decision.reason) {
    case 'explicit-deny':
      return [asked, ...decision.statements.map((one) => `denied by ${placeOf(one)}`)]
    case 'implicit-deny':
      return [asked, `not allowed: no ${layerNames[decision.missing ?? 'identity']} allows it`]
    case 'allow':
      if (decision.statements.length === 0) return [asked, 'allowed: root of the account']
      return [asked, ...decision.statements.map((one) => `allowed by ${placeOf(one)}`)]
  }
}

function placeOf({ layer, policyName, sid, index }: DecidingStatement): string {
  return `${layerNames[layer]} ${policyName}, statement ${sid === undefined ? index + 1 : `${index + 1} (${sid})`}`
}

function nameOf(principal: RequestPrincipal): string {
  switch (principal.kind) {
    case 'service':
      return principal.name
    case 'federated':
      return principal.provider
    case 'anonymous':
      return 'anonymous'
    default:
      return principal.arn
  }
}

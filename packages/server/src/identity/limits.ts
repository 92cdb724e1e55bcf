/**
 * The quotas of a fresh AWS account (its defaults where they can be raised).
 *
 * @source IAM User Guide, "IAM and AWS STS quotas"
 */
export const limits = {
  usersPerAccount: 5000,
  groupsPerAccount: 300,
  rolesPerAccount: 1000,
  policiesPerAccount: 1500,
  accessKeysPerUser: 2,
  groupsPerUser: 10,
  attachedPolicies: 10,
  policyVersions: 5,
  tags: 50,
  /** Characters without white space. */
  managedPolicySize: 6144,
  inlinePolicySize: { user: 2048, group: 5120, role: 10240 },
  trustPolicySize: 2048,
} as const

/** AWS does not count white space against a policy's size. */
export function policySize(document: string): number {
  return document.replace(/\s+/g, '').length
}

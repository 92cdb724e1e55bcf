/**
 * Why `name` is not a legal trail name, in AWS's words; `undefined` when it is legal.
 *
 * The order of the checks is the one observed on the real service: length, start, end, characters.
 *
 * @source CloudTrail User Guide, naming requirements; texts observed in recorded answers
 */
export function trailNameProblem(name: string): string | undefined {
  if (name.length < 3) {
    return `Trail name too short. Minimum allowed length: 3 characters. Specified name length: ${name.length} characters.`
  }
  if (name.length > 128) {
    return `Trail name too long. Maximum allowed length: 128 characters. Specified name length: ${name.length} characters.`
  }
  if (!/^[A-Za-z0-9]/.test(name)) return 'Trail name must starts with a letter or number.'
  if (!/[A-Za-z0-9]$/.test(name)) return 'Trail name must ends with a letter or number.'
  if (/[^A-Za-z0-9._-]/.test(name)) {
    return 'Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_).'
  }
  if (/[._-]{2}/.test(name)) return 'Trail name cannot have adjacent periods, hyphens or underscores.'
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(name)) return 'Trail name cannot be in IP address format.'
  return undefined
}

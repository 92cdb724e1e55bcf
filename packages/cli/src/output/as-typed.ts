import { programCall } from '../version.ts'

/** `cairn` where a command line begins: after a backtick, a prompt, a colon or `$(`, or on a line of its own. */
const command = /(?<=^ *(?:\$ )?|`|: |\$\()cairn (?=[a-z<[-])/gm

/**
 * Texts call the program `cairn`. What a person has to type depends on where it runs from, and a command that is
 * copied from an advice has to work.
 */
export function asTyped(text: string): string {
  return text.replace(command, `${programCall} `)
}

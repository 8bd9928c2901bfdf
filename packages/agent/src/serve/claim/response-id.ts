/**
 * The message id of the response to a prompt. Two agents that answer one prompt create with the same id, and the service
 * makes one message of it.
 *
 * `:` marks an index inside a batch in Ably's message ids and a serial contains one, so everything but letters, digits and
 * dashes is escaped; different serials keep different ids.
 *
 * @param promptSerial the serial of the prompt
 */
export function responseId(promptSerial: string): string {
  const safe = promptSerial.replace(/[^A-Za-z0-9-]/gu, (character) => `_${character.codePointAt(0)!.toString(16)}_`)
  return `response-${safe}`
}
